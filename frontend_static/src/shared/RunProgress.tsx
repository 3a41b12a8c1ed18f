import { useState } from "react";
import type { SharedRunOut } from "../contracts/api";
import { formatElapsed } from "../runs/format";
import { useNow } from "../runs/useNow";
import { Button, Icon } from "../ui";
import styles from "./shared.module.css";

interface RunProgressProps {
  run: SharedRunOut;
  trouble: string | null;
  onStop: () => Promise<void>;
}

/** How far it is, in plain words. */
export function RunProgress({ run, trouble, onStop }: RunProgressProps) {
  const now = useNow(true);
  const [isStopping, setStopping] = useState(false);
  const stop = (): void => {
    setStopping(true);
    onStop().catch(() => setStopping(false));
  };
  const waits = run.status === "waiting" ? (WAITS[run.waits_for] ?? "It waits, and goes on by itself. You may close this page and come back.") : null;
  return (
    <div className={styles.progress}>
      <p className={styles.now} role="status">
        <Icon name={waits ? "clock" : "loader-circle"} size={18} className={waits ? undefined : styles.turning} />
        {run.status === "queued" ? "Waiting for its turn…" : (waits ?? "Working on it…")}
      </p>
      {run.status !== "queued" && run.total > 0 && <progress className={styles.meter} aria-label="Steps done" max={run.total} value={run.done} />}
      <p className={styles.far}>
        {run.status !== "queued" && run.total > 0 && <span>{`${run.done} of ${run.total} steps done`}</span>}
        <span>{formatElapsed(now - Date.parse(run.created_at))}</span>
      </p>
      {trouble !== null && (
        <p className={styles.trouble} role="alert">
          {trouble}
        </p>
      )}
      <Button icon="circle-stop" disabled={isStopping} onClick={stop}>
        {isStopping ? "Stopping…" : "Stop"}
      </Button>
    </div>
  );
}

const WAITS: Record<string, string> = {
  approval: "Somebody has to answer a question first. You may close this page and come back.",
  budget: "Whoever shared this has to allow what it costs. You may close this page and come back.",
  uncertain: "Something was cut off, and whoever shared this has to look. You may close this page and come back.",
  webhook: "It waits to hear from another service. You may close this page and come back.",
};
