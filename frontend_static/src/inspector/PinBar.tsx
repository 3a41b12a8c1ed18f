import { useState } from "react";
import { useEditor } from "../actions/editor";
import { togglePin } from "../actions/part";
import type { NodeDoc } from "../contracts/document";
import { useNodeRun } from "../runs/useRun";
import { Button, Icon } from "../ui";
import styles from "./PinBar.module.css";

/** Keeps what a node gave, so that test runs use it instead of doing the work again. */
export function PinBar({ node }: { node: NodeDoc }) {
  const editor = useEditor();
  const shown = useNodeRun(node.id);
  const [isBusy, setBusy] = useState(false);
  const isPinned = node.pinned !== null && node.pinned !== undefined;
  if (editor.isReadOnly || (!isPinned && shown?.status !== "succeeded")) return null;
  const pin = async (): Promise<void> => {
    setBusy(true);
    await togglePin(editor, node.id);
    setBusy(false);
  };
  return (
    <div className={styles.bar} data-pinned={isPinned ? "" : undefined}>
      <Icon name="target" size={15} />
      <span>{isPinned ? "Pinned: runs of the draft use the kept value instead of this node." : "Keep this output for runs of the draft."}</span>
      {isPinned ? (
        <Button small onClick={() => void pin()}>
          Unpin
        </Button>
      ) : (
        <Button small disabled={isBusy} onClick={() => void pin()}>
          Pin this output
        </Button>
      )}
    </div>
  );
}
