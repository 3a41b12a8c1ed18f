import type { NodeProps } from "@xyflow/react";
import { memo, useState } from "react";
import { useDocument, useEditor, useProblems, useUi } from "../actions/editor";
import { toolsIn } from "../document/connect";
import { summarise, summaryPattern } from "../document/summary";
import { useIsCritical } from "../runs/critical";
import { formatShortUsage } from "../runs/format";
import { useNodeRun } from "../runs/useRun";
import { classes, Icon } from "../ui";
import { CommentMark } from "./CommentMark";
import styles from "./NodeFrame.module.css";
import { NodeName } from "./NodeName";
import { NodeResult } from "./NodeResult";
import { NodeStatusLine } from "./NodeStatusLine";
import { PortHandle } from "./PortHandle";
import { PortPlus } from "./PortPlus";
import { PortRows } from "./PortRows";
import type { FlowNode } from "./toFlow";

/** A node that does work. Its size follows from its data alone (`layout.ts`); what runs is subscribed to by id. */
export const NodeFrame = memo(function NodeFrame({ id, data, selected }: NodeProps<FlowNode>) {
  const { node, type, layout } = data;
  const editor = useEditor();
  const isTool = useDocument((view) => toolsIn(view.edges).has(id));
  const told = useNodeRun(id);
  const run = isTool ? undefined : told;
  const problems = useProblems((index) => index.byNode.get(id));
  const isRenaming = useUi((state) => state.renaming === id);
  const isCritical = useIsCritical(id);
  const [isNear, setNear] = useState(false);
  const isAlone = useUi((state) => selected === true && state.selectedNodes.size === 1);
  const worst = problems?.[0];
  const isPinned = node.pinned !== null && node.pinned !== undefined;
  const summary = type ? summarise(summaryPattern(type), node.params, type.defaults) : `Unknown type “${node.type}”`;
  return (
    <div
      className={classes(styles.node, selected && styles.selected)}
      data-status={run?.degraded && run.status === "succeeded" ? "degraded" : run?.status}
      data-problem={worst?.severity}
      data-disabled={node.policy.disabled ? "" : undefined}
      data-category={type?.category ?? "unknown"}
      data-critical={isCritical}
      onPointerEnter={(event) => event.pointerType === "mouse" && setNear(true)}
      onPointerLeave={() => setNear(false)}
    >
      <div className={styles.head}>
        <span className={styles.icon}>
          <Icon name={type?.icon ?? "circle-help"} size={16} />
        </span>
        <NodeName editor={editor} node={node} isEditing={isRenaming} />
        {node.policy.disabled && (
          <span className={styles.off} title="Disabled: the input passes through">
            <Icon name="circle-slash" size={14} />
          </span>
        )}
        {isPinned && (
          <span className={styles.off} title="Pinned: runs of the draft use a kept value">
            <Icon name="target" size={14} />
          </span>
        )}
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
          {summary || type?.title}
        </span>
        {run?.usage && <span className={styles.tokens}>{formatShortUsage(run.usage)}</span>}
      </div>
      {layout.hasText && <NodeResult node={node} run={run} />}
      {layout.rows > 0 && <PortRows layout={layout} taken={run?.ports} />}
      {run?.error && !layout.hasText && <div className={styles.error}>{run.error.message}</div>}
      {!editor.isReadOnly && (isNear || isAlone) && <PortPlus nodeId={id} layout={layout} />}
      {layout.ports.map((port) => (
        <PortHandle key={`${port.side} ${port.name}`} nodeId={id} port={port} isConnectable={!editor.isReadOnly} />
      ))}
    </div>
  );
});
