import { useNow } from "../runs/useNow";
import type { NodeRunView } from "../runs/view";
import { formatDuration, Icon, StatusMark } from "../ui";
import styles from "./NodeStatusLine.module.css";

const ORIGINS = { reused: "Taken over from an earlier run", cached: "Kept result of an earlier run", pinned: "Pinned value" };

/** Status, and for how long: ticking while the node works. */
export function NodeStatusLine({ run }: { run: NodeRunView }) {
  const status = run.degraded && run.status === "succeeded" ? "degraded" : run.status;
  return (
    <span className={styles.line}>
      {run.attempt > 1 && <span className={styles.attempt} title={`Attempt ${run.attempt}`}>×{run.attempt}</span>}
      {run.origin.how !== "" && (
        <span className={styles.origin} title={ORIGINS[run.origin.how]}>
          <Icon name={run.origin.how === "pinned" ? "target" : "history"} size={13} />
        </span>
      )}
      {run.startedAt !== null && <Elapsed from={run.startedAt} to={run.finishedAt} />}
      <StatusMark status={status} size={16} />
    </span>
  );
}

function Elapsed({ from, to }: { from: number; to: number | null }) {
  const now = useNow(to === null);
  const seconds = Math.max(0, ((to ?? now) - from) / 1000);
  return <span className={styles.time}>{to === null && seconds < 1 ? "" : formatDuration(seconds)}</span>;
}
