import { useStore } from "zustand";
import { useEditor } from "../actions/editor";
import type { Autosave } from "../document/autosave";
import { Button, Dialog } from "../ui";
import styles from "./dialogs.module.css";

const WHAT = { node: "Node", edge: "Connection", setting: "Setting" };

/** Two people changed the same node. Nothing is thrown away: everything else of both sides stays, and taking theirs can be undone. */
export function ConflictDialog() {
  const { autosave } = useEditor();
  return autosave ? <Conflict autosave={autosave} /> : null;
}

function Conflict({ autosave }: { autosave: Autosave }) {
  const state = useStore(autosave.state);
  if (state.kind !== "conflict") return null;
  const foot = (
    <>
      <Button onClick={() => autosave.resolve("theirs")}>Take theirs</Button>
      <Button kind="primary" onClick={() => autosave.resolve("mine")}>
        Keep mine
      </Button>
    </>
  );
  return (
    <Dialog
      title="Changed in two places"
      lead="While you worked, this workflow was saved elsewhere. What does not meet is merged already; choose whose version these have. Taking theirs can be undone."
      onClose={() => undefined}
      foot={foot}
    >
      <ul className={styles.conflicts}>
        {state.merge.conflicts.map((conflict) => (
          <li key={`${conflict.kind} ${conflict.id}`}>
            <span>
              {WHAT[conflict.kind]} <strong>{conflict.name}</strong>
            </span>
            <span className={styles.quiet}>
              you {conflict.mine} it, they {conflict.theirs} it
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
