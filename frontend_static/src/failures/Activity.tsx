import { useState } from "react";
import { failureComment } from "../api/failures";
import type { FailureDetail, FailureNote } from "../contracts/api";
import { Button, formatAgo, TextArea } from "../ui";
import styles from "./review.module.css";
import { actOn } from "./useAct";
import { runsWord, STATE_WORDS } from "./words";

/** What was said and done about a group, the newest last, and a place to say more. */
export function Activity({ detail, onChange }: { detail: FailureDetail; onChange: () => void }) {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const say = async (): Promise<void> => {
    setBusy(true);
    if (await actOn([detail], (id) => failureComment(id, text.trim()), "Said")) {
      setText("");
      onChange();
    }
    setBusy(false);
  };
  return (
    <section className={styles.card} aria-label="Activity">
      <h2>Activity</h2>
      {detail.notes.length === 0 && <p className={styles.quiet}>Nobody has said or done anything yet.</p>}
      <ol className={styles.notes}>
        {detail.notes.map((note) => (
          <li key={note.id}>
            <p className={styles.noteHead}>
              <strong>{note.person?.name ?? "GraphApp"}</strong> {wordsOf(note)} <time dateTime={note.at} title={new Date(note.at).toLocaleString()}>{formatAgo(note.at)}</time>
            </p>
            {note.text !== "" && <p className={styles.noteText}>{note.text}</p>}
          </li>
        ))}
      </ol>
      <TextArea aria-label="Comment" id="failure-comment" placeholder="Say something about it" maxLength={5000} rows={2} value={text} onChange={(event) => setText(event.target.value)} />
      <Button small disabled={isBusy || text.trim() === ""} onClick={() => void say()}>
        Comment
      </Button>
    </section>
  );
}

const WHY: Record<string, string> = {
  came_back: "it came back: Regressed",
  ignored_above: "it happened more often than it was ignored for: New",
  ignored_until: "the time to ignore it is over: New",
  resumed: "every run was resumed: Resolved",
  handled: "nothing is left to do: Resolved",
};

function wordsOf({ kind, data }: FailureNote): string {
  if (kind === "assigned") return typeof data.to === "string" ? `assigned it to ${data.to}` : "assigned it to nobody";
  if (kind === "state") return WHY[String(data.why)] ?? `set it to ${STATE_WORDS[data.to as keyof typeof STATE_WORDS] ?? String(data.to)}`;
  if (kind === "handled") return `marked ${runsWord(Number(data.runs))} as handled`;
  if (kind === "resumed") return `resumed ${runsWord(Number(data.runs))}`;
  if (kind === "merged") return "merged others into it";
  if (kind === "split") return "split causes off";
  return "said";
}
