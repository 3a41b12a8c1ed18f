import { Handle, Position, type NodeProps } from "@xyflow/react";
import { memo, useSyncExternalStore } from "react";
import { setFolded } from "../actions/frames";
import { useEditor, useUi } from "../actions/editor";
import { membersOf } from "../document/frames";
import { nodeStatuses, subscribeStatuses } from "../runs/useRun";
import { classes, Icon, StatusMark } from "../ui";
import styles from "./FrameFrame.module.css";
import { HEAD } from "./layout";
import { NodeName } from "./NodeName";
import { FOLD, type FlowNode } from "./toFlow";

/** What weighs most of what is inside. */
const WEIGHT = ["failed", "waiting", "running", "cancelled", "succeeded"] as const;

function worstOf(ids: readonly string[]): (typeof WEIGHT)[number] | "" {
  const statuses = nodeStatuses();
  const found = new Set<string>(ids.flatMap((id) => statuses.get(id) ?? []));
  return WEIGHT.find((status) => found.has(status)) ?? "";
}

/** A frame around nodes: open, only its head takes the pointer; folded up, it stands for them. */
export const FrameFrame = memo(function FrameFrame({ id, data, selected }: NodeProps<FlowNode>) {
  const { node, frame } = data;
  const editor = useEditor();
  const isRenaming = useUi((state) => state.renaming === id);
  const members = membersOf(node);
  const status = useSyncExternalStore(subscribeStatuses, () => (frame?.isFolded ? worstOf(members) : ""));
  const isFolded = frame?.isFolded ?? false;
  const count = frame?.count ?? 0;
  return (
    <div className={classes(styles.frame, isFolded && styles.folded, selected && styles.selected)} data-color={String(node.params.color ?? "gray")} data-folded={isFolded ? "" : undefined} data-status={status || undefined}>
      <div className={styles.head}>
        <button
          type="button"
          tabIndex={-1}
          className={`${styles.fold} nodrag`}
          aria-expanded={!isFolded}
          aria-label={isFolded ? "Unfold the frame" : "Fold up the frame"}
          title={isFolded ? "Unfold" : "Fold up"}
          disabled={count === 0}
          onClick={() => setFolded(editor, id, !isFolded)}
        >
          <Icon name={isFolded ? "chevron-right" : "chevron-down"} size={15} />
        </button>
        <NodeName editor={editor} node={node} isEditing={isRenaming} />
        {status && <StatusMark status={status} size={15} />}
      </div>
      {isFolded && <p className={styles.count}>{count === 1 ? "1 node" : `${count} nodes`}</p>}
      {count === 0 && <p className={styles.empty}>Drop nodes here</p>}
      {isFolded && (["source", "target"] as const).map((side) => <Handle key={side} id={FOLD[side]} type={side} position={side === "source" ? Position.Right : Position.Left} isConnectable={false} className={styles.end} style={{ top: HEAD / 2 }} />)}
    </div>
  );
});
