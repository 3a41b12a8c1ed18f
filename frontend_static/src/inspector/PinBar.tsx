import { useState } from "react";
import { useEditor } from "../actions/editor";
import { asApiError } from "../api/client";
import { nodeRunGet } from "../api/runs";
import type { NodeDoc } from "../contracts/document";
import { setNodeKey } from "../document/commands";
import { isObject } from "../document/normalise";
import { useNodeRun, useRunView } from "../runs/useRun";
import { runOf } from "../runs/view";
import { Button, Icon, toast } from "../ui";
import styles from "./PinBar.module.css";

/** Keeps what a node gave, so that test runs use it instead of doing the work again. */
export function PinBar({ node }: { node: NodeDoc }) {
  const { store, isReadOnly } = useEditor();
  const run = runOf(useRunView());
  const shown = useNodeRun(node.id);
  const [isBusy, setBusy] = useState(false);
  const isPinned = node.pinned !== null && node.pinned !== undefined;
  if (isReadOnly || (!isPinned && shown?.status !== "succeeded")) return null;
  const pin = async (): Promise<void> => {
    if (!run || !shown) return;
    setBusy(true);
    try {
      const { output } = await nodeRunGet(run.id, shown.key);
      if (output === null) toast({ text: "This output is null: there is nothing to pin." });
      else if (isObject(output) && output.$truncated === true) toast({ text: "This output is too large to keep in the workflow." });
      else setNodeKey(store, node.id, "pinned", output);
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.bar} data-pinned={isPinned ? "" : undefined}>
      <Icon name="target" size={15} />
      <span>{isPinned ? "Pinned: runs of the draft use the kept value instead of this node." : "Keep this output for runs of the draft."}</span>
      {isPinned ? (
        <Button small onClick={() => setNodeKey(store, node.id, "pinned", null)}>
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
