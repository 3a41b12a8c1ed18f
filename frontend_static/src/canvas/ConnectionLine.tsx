import { getBezierPath, type ConnectionLineComponentProps } from "@xyflow/react";
import type { FlowNode } from "./toFlow";

export function ConnectionLine({ fromX, fromY, toX, toY, fromPosition, toPosition, connectionStatus }: ConnectionLineComponentProps<FlowNode>) {
  const [path] = getBezierPath({ sourceX: fromX, sourceY: fromY, targetX: toX, targetY: toY, sourcePosition: fromPosition, targetPosition: toPosition, curvature: 0.3 });
  const colour = connectionStatus === "invalid" ? "var(--fail)" : "var(--accent)";
  return (
    <g>
      <path d={path} fill="none" stroke={colour} strokeWidth={2} strokeDasharray={connectionStatus === "valid" ? undefined : "6 5"} />
      <circle cx={toX} cy={toY} r={4} fill={colour} />
    </g>
  );
}
