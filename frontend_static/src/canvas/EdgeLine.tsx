import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { useEditor, useProblems, useUi } from "../actions/editor";
import { useIsCritical } from "../runs/critical";
import { itemsOf } from "../runs/items";
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
  const source = useNodeRun(props.source);
  const flow = flowOf(source, useNodeRun(props.target), port);
  const items = port === "out" && (flow === "taken" || flow === "flowing") ? itemsOf(source?.preview ?? null) : undefined;
  const problem = useProblems((index) => index.byEdge.get(props.id)?.[0]);
  const isCritical = useIsCritical(props.source, props.target);
  const isOver = useUi((state) => state.overEdge === props.id);
  const [path, x, y] = getBezierPath({ ...props, curvature: 0.3 });
  return (
    <>
      <g className={styles.edge} data-flow={flow} data-selected={props.selected ? "" : undefined} data-error={port === "error" ? "" : undefined} data-problem={problem?.severity} data-over={isOver ? "" : undefined} data-critical={isCritical}>
        <BaseEdge path={path} interactionWidth={20} {...(props.markerEnd ? { markerEnd: props.markerEnd } : {})} />
      </g>
      {items !== undefined && !props.selected && (
        <EdgeLabelRenderer>
          <span className={styles.items} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {items.toLocaleString("en")} {items === 1 ? "item" : "items"}
          </span>
        </EdgeLabelRenderer>
      )}
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
