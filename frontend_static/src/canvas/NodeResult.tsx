import type { NodeDoc } from "../contracts/document";
import type { NodeRunView } from "../runs/view";
import styles from "./NodeResult.module.css";

const TAIL = 160;
const ASKED = ["prompt", "task", "instructions", "question", "text", "system", "value"];

/** Two fixed lines: what the model is asked, then what it says while it says it, then how that ended. */
export function NodeResult({ node, run }: { node: NodeDoc; run: NodeRunView | undefined }) {
  if (run?.error) return <div className={styles.text} data-kind="error">{run.error.message}</div>;
  if (run?.text && run.status === "running") {
    const tail = run.text.length > TAIL ? `…${run.text.slice(-TAIL)}` : run.text;
    return (
      <div className={styles.text} data-kind="stream">
        <span>{tail}</span>
      </div>
    );
  }
  if (run?.preview) return <div className={styles.text} data-kind="result">{run.preview.slice(0, 200)}</div>;
  return <div className={styles.text} data-kind="asked">{asked(node)}</div>;
}

function asked(node: NodeDoc): string {
  for (const name of ASKED) {
    const value = node.params[name];
    if (typeof value === "string" && value.trim()) return value.trim().slice(0, 200);
  }
  return "";
}
