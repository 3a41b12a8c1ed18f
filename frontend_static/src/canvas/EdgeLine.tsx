import { BaseEdge, EdgeLabelRenderer, getBezierPath, type EdgeProps } from "@xyflow/react";
import { memo, useEffect, useRef, useState } from "react";
import { useEditor, useProblems, useUi } from "../actions/editor";
import { useIsCritical } from "../runs/critical";
import { itemsOf } from "../runs/items";
import { useBetween } from "../runs/useRun";
import type { NodeRunView } from "../runs/view";
import { TOOL } from "../document/ports";
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

const shownOf = (port: string) => (source: NodeRunView | undefined, target: NodeRunView | undefined) => {
  const flow = flowOf(source, target, port);
  const went = flow === "taken" || flow === "flowing";
  return { flow, items: went && port === "out" ? itemsOf(source?.preview ?? null) : undefined, decision: went ? (source?.decision ?? null) : null };
};

export const EdgeLine = memo(function EdgeLine(props: EdgeProps<FlowEdge>) {
  const editor = useEditor();
  const edge = props.data?.edge;
  const port = edge?.source_port ?? "out";
  const { flow, items, decision } = useBetween(edge?.source ?? props.source, edge?.target ?? props.target, shownOf(port));
  const problem = useProblems((index) => index.byEdge.get(props.id)?.[0]);
  const isCritical = useIsCritical(props.source, props.target);
  const isOver = useUi((state) => state.overEdge === props.id);
  const { isNear, onEnter, onLeave } = useNear();
  const isTool = port === TOOL;
  const canInsert = !editor.isReadOnly && !isTool && (props.selected || isNear);
  const [path, x, y] = getBezierPath({ ...props, curvature: 0.3 });
  return (
    <>
      <g className={styles.edge} data-flow={flow} data-selected={props.selected ? "" : undefined} data-error={port === "error" ? "" : undefined} data-problem={problem?.severity} data-over={isOver ? "" : undefined} data-critical={isCritical} data-tool={isTool ? "" : undefined} onPointerEnter={onEnter} onPointerLeave={onLeave}>
        <BaseEdge path={path} interactionWidth={20} {...(props.markerEnd ? { markerEnd: props.markerEnd } : {})} />
      </g>
      {items !== undefined && decision === null && !canInsert && (
        <EdgeLabelRenderer>
          <span className={styles.items} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {items.toLocaleString("en")} {items === 1 ? "item" : "items"}
          </span>
        </EdgeLabelRenderer>
      )}
      {decision !== null && !canInsert && (
        <EdgeLabelRenderer>
          <span className={styles.decision} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }} title={decision.reason || undefined} role="note">
            {decision.confidence === null ? `Score ${decision.score?.toFixed(2)}` : `${Math.round(decision.confidence * 100)} %`}
            {decision.reason && <span className={styles.reason}>{decision.reason}</span>}
          </span>
        </EdgeLabelRenderer>
      )}
      {canInsert && (
        <EdgeLabelRenderer>
          <InsertButton edgeId={props.id} x={x} y={y} onEnter={onEnter} onLeave={onLeave} />
        </EdgeLabelRenderer>
      )}
    </>
  );
});

const LEAVE_MS = 200;

/** Whether the mouse is on it; a moment longer, so that the button beside it can be reached. */
function useNear() {
  const [isNear, setNear] = useState(false);
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const onEnter = (event: { pointerType: string }): void => {
    window.clearTimeout(timer.current);
    if (event.pointerType === "mouse") setNear(true);
  };
  const onLeave = (): void => {
    timer.current = window.setTimeout(() => setNear(false), LEAVE_MS);
  };
  return { isNear, onEnter, onLeave };
}

interface InsertButtonProps {
  edgeId: string;
  x: number;
  y: number;
  onEnter: (event: { pointerType: string }) => void;
  onLeave: () => void;
}

function InsertButton({ edgeId, x, y, onEnter, onLeave }: InsertButtonProps) {
  const editor = useEditor();
  const open = (left: number, top: number): void => editor.ui.setState({ search: { left, top, at: { x: x - 120, y: y + 24 }, edgeId } });
  return (
    <button
      type="button"
      className={`${styles.insert} nodrag nopan`}
      style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
      aria-label="Insert a node here"
      title="Insert a node here"
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
      onClick={(event) => open(event.clientX, event.clientY)}
    >
      <Icon name="plus" size={14} />
    </button>
  );
}
