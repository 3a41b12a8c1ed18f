import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useEditor, useProblems, useUi } from "../actions/editor";
import { summarise, summaryPattern } from "../document/summary";
import { Iteration } from "../runpanel/Iteration";
import { useIsCritical } from "../runs/critical";
import { useNodeRun } from "../runs/useRun";
import { classes, Icon } from "../ui";
import { CommentMark } from "./CommentMark";
import styles from "./BoxFrame.module.css";
import { NodeName } from "./NodeName";
import { NodeStatusLine } from "./NodeStatusLine";
import { PortHandle } from "./PortHandle";
import type { FlowNode } from "./toFlow";

/** A loop or a map: a frame around its graph, with a head that is taken hold of. */
export const BoxFrame = memo(function BoxFrame({ id, data, selected }: NodeProps<FlowNode>) {
  const { node, type, layout } = data;
  const editor = useEditor();
  const run = useNodeRun(id);
  const problems = useProblems((index) => index.byNode.get(id));
  const isRenaming = useUi((state) => state.renaming === id);
  const isCritical = useIsCritical(id);
  const worst = problems?.[0];
  const summary = type ? summarise(summaryPattern(type), node.params, type.defaults) : "";
  return (
    <div
      className={classes(styles.box, selected && styles.selected)}
      data-status={run?.degraded && run.status === "succeeded" ? "degraded" : run?.status}
      data-problem={worst?.severity}
      data-disabled={node.policy.disabled ? "" : undefined}
      data-category={type?.category ?? "unknown"}
      data-critical={isCritical}
    >
      <div className={styles.head}>
        <span className={styles.icon}>
          <Icon name={type?.icon ?? "circle-help"} size={16} />
        </span>
        <NodeName editor={editor} node={node} isEditing={isRenaming} />
        <CommentMark node={node} />
        {worst && (
          <span className={styles.problem} data-severity={worst.severity} title={problems?.map((problem) => problem.message).join("\n")}>
            <Icon name={worst.severity === "error" ? "octagon-alert" : "triangle-alert"} size={15} />
          </span>
        )}
        {run && <NodeStatusLine run={run} />}
      </div>
      <div className={styles.summary}>
        <span className={styles.clip} title={summary}>
          {summary || type?.help}
        </span>
        {run?.progress && <Iteration node={run} />}
      </div>
      {run?.error && <div className={styles.error}>{run.error.message}</div>}
      {layout.ports.filter((port) => port.hasRow).map((port) => (
        <span key={`${port.side} ${port.name}`} className={styles.port} data-side={port.side} data-error={port.name === "error" ? "" : undefined} style={{ top: port.y - 9 }}>
          {port.label || port.name}
        </span>
      ))}
      {layout.ports.map((port) => (
        <PortHandle key={`${port.side} ${port.name}`} nodeId={id} port={port} isConnectable={!editor.isReadOnly} />
      ))}
    </div>
  );
});
