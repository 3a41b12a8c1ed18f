import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { useEditor, useProblems } from "../actions/editor";
import { useNodeRun } from "../runs/useRun";
import type { NodeRunView } from "../runs/view";
import { Icon } from "../ui";
import styles from "./EdgeLine.module.css";
import type { FlowEdge } from "./toFlow";

type Flow = "taken" | "flowing" | "not-taken" | undefined;

/** Whether a value went, or goes, along this edge. */
function flowOf(source: NodeRunView | undefined, target: NodeRunView | undefined, port: string): Flow {
  if (!source || source.finishedAt === null) return undefined;
  if (!source.ports.includes(port)) return "not-taken";
  return target?.status === "running" ? "flowing" : "taken";
}

export const EdgeLine = memo(function EdgeLine(props: EdgeProps<FlowEdge>) {
  const editor = useEditor();
  const port = props.sourceHandleId ?? "out";
  const flow = flowOf(useNodeRun(props.source), useNodeRun(props.target), port);
  const problem = useProblems((index) => index.byEdge.get(props.id)?.[0]);
  const [path, x, y] = getBezierPath({ ...props, curvature: 0.3 });
  return (
    <>
      <g className={styles.edge} data-flow={flow} data-selected={props.selected ? "" : undefined} data-error={port === "error" ? "" : undefined} data-problem={problem?.severity}>
        <BaseEdge path={path} interactionWidth={20} {...(props.markerEnd ? { markerEnd: props.markerEnd } : {})} />
      </g>
      {props.selected && !editor.isReadOnly && (
        <EdgeLabelRenderer>
          <InsertButton edgeId={props.id} x={x} y={y} />
        </EdgeLabelRenderer>
      )}
    </>
  );
});

function InsertButton({ edgeId, x, y }: { edgeId: string; x: number; y: number }) {
  const editor = useEditor();
  const open = (left: number, top: number): void => editor.ui.setState({ search: { left, top, at: { x: x - 120, y: y + 24 }, edgeId } });
  return (
    <button
      type="button"
      className={`${styles.insert} nodrag nopan`}
      style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
      aria-label="Insert a node here"
      title="Insert a node here"
      onClick={(event) => open(event.clientX, event.clientY)}
    >
      <Icon name="plus" size={14} />
    </button>
  );
}
