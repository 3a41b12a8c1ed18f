import type { AttemptOut } from "../contracts/api";
import { formatUsage } from "../runs/format";
import { formatDuration, StatusMark } from "../ui";
import styles from "./NodeRunDetail.module.css";

const WORDS: Partial<Record<AttemptOut["status"], string>> = { lost: "Lost with its worker" };

/** Every try of the node, the latest on top. */
export function AttemptList({ attempts }: { attempts: readonly AttemptOut[] }) {
  if (attempts.length === 0) return <p className={styles.none}>No attempt is recorded yet.</p>;
  return (
    <ol className={styles.attempts} reversed>
      {[...attempts].reverse().map((attempt) => (
        <li key={attempt.n} className={styles.attempt}>
          <div className={styles.attemptHead}>
            <span className={styles.number}>#{attempt.n}</span>
            <StatusMark status={attempt.status === "lost" ? "failed" : attempt.status} word={attempt.status !== "lost"} />
            {WORDS[attempt.status] && <span>{WORDS[attempt.status]}</span>}
            <span className={styles.fact}>{lengthOf(attempt)}</span>
            {attempt.usage !== null && attempt.usage.input_tokens + attempt.usage.output_tokens > 0 && (
              <span className={styles.fact}>{formatUsage(attempt.usage)}</span>
            )}
            <span className={styles.moment} title={attempt.worker}>
              {new Date(attempt.started_at).toLocaleTimeString()}
            </span>
          </div>
          {attempt.error !== null && (
            <p className={styles.attemptError}>
              <code>{attempt.error.code}</code> {attempt.error.message}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

function lengthOf(attempt: AttemptOut): string {
  if (attempt.finished_at === null) return "";
  return formatDuration((Date.parse(attempt.finished_at) - Date.parse(attempt.started_at)) / 1000);
}
