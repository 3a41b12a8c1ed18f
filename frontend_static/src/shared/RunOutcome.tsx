import { lazy, Suspense } from "react";
import { NoteText } from "../canvas/NoteText";
import type { Json, SharedRunOut } from "../contracts/api";
import { Button, formatDuration, Icon, Skeleton, toast } from "../ui";
import styles from "./shared.module.css";

const ValueView = lazy(() => import("../runpanel/ValueView").then((module) => ({ default: module.ValueView })));

/** What came out: text as people write it, the rest as data; or why nothing did, and what to do. */
export function RunOutcome({ run, onAgain }: { run: SharedRunOut; onAgain: () => void }) {
  const seconds = (Date.parse(run.finished_at ?? run.created_at) - Date.parse(run.created_at)) / 1000;
  return (
    <div className={styles.outcome}>
      <p className={styles.now} role="status" data-status={run.status}>
        <Icon name={ICONS[run.status] ?? "circle-check"} size={18} />
        {WORDS[run.status] ?? run.status}
        <span className={styles.took}>{formatDuration(Math.max(0, seconds))}</span>
      </p>
      {run.problem !== null && <p className={styles.why}>{run.problem.message}</p>}
      {run.status === "cancelled" && <p className={styles.why}>It was stopped before it was done.</p>}
      {run.status === "succeeded" && <Output output={run.output ?? {}} />}
      <Button kind="primary" icon="refresh-cw" className={styles.main ?? ""} onClick={onAgain}>
        {run.status === "succeeded" ? "Run again" : "Try again"}
      </Button>
      {run.problem !== null && <p className={styles.reference}>If you ask about it, name run {run.id.slice(0, 8)} ({run.problem.code}).</p>}
    </div>
  );
}

const ICONS: Record<string, string> = { succeeded: "circle-check", failed: "circle-x", cancelled: "circle-stop" };
const WORDS: Record<string, string> = { succeeded: "Done", failed: "It did not work", cancelled: "Stopped" };

function Output({ output }: { output: { [name: string]: Json } }) {
  const names = Object.keys(output);
  if (names.length === 0) return <p className={styles.why}>It ended without anything to show.</p>;
  return names.map((name) => <Named key={name} label={names.length === 1 ? "Result" : name} value={output[name] ?? null} />);
}

function Named({ label, value }: { label: string; value: Json }) {
  if (typeof value === "object" && value !== null) {
    return (
      <div className={styles.named}>
        <Suspense fallback={<Skeleton width="100%" height={60} />}>
          <ValueView label={label} value={value} fileName={label.toLowerCase()} />
        </Suspense>
      </div>
    );
  }
  const text = typeof value === "string" ? value : value === null ? "Nothing" : typeof value === "boolean" ? (value ? "Yes" : "No") : String(value);
  return (
    <section className={styles.named} aria-label={label}>
      <header>
        <h2>{label}</h2>
        <Button small kind="ghost" icon="copy" onClick={() => void copy(text)}>
          Copy
        </Button>
      </header>
      <NoteText text={text} className={styles.rich} />
    </section>
  );
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ tone: "ok", text: "Copied." });
  } catch {
    toast({ tone: "fail", text: "The browser did not allow copying. Select the text instead." });
  }
}
