import { useState } from "react";
import { asApiError } from "../api/client";
import { useConnectivity } from "../api/connectivity";
import { formatElapsed, formatMoment, formatUsage } from "../runs/format";
import { RUN_TERMINAL, type RunState } from "../runs/types";
import { useNow } from "../runs/useNow";
import { runActions } from "../runs/useRun";
import { runOf, type RunView } from "../runs/view";
import { Badge, Button, classes, formatDuration, Icon, StatusMark, toast } from "../ui";
import styles from "./RunHeader.module.css";

/** The state of the run in one line: status in words, time, tokens, money, and the way to stop it. */
export function RunHeader({ view }: { view: RunView }) {
  const run = runOf(view);
  if (run === null) return <Heading view={view} />;
  return (
    <div className={styles.facts}>
      <StatusMark status={run.status} size={16} word />
      <Elapsed run={run} />
      <Spent run={run} />
      {run.version !== null && <span className={styles.fact}>v{run.version}</span>}
      {run.baseRun !== null && (
        <a className={styles.fact} href={`/runs/${encodeURIComponent(run.baseRun)}`} title="Open the run that this one goes on from">
          <Icon name="history" size={14} />
          <span className={styles.word}>{KINDS[run.kind]}</span>
        </a>
      )}
      {run.baseRun !== null && RUN_TERMINAL.has(run.status) && (
        <a className={styles.fact} href={`/runs/${encodeURIComponent(run.id)}/compare?with=${encodeURIComponent(run.baseRun)}`} title="Compare with the run before">
          <Icon name="git-compare" size={14} />
          <span className={styles.word}>compare</span>
        </a>
      )}
      {run.parentRun !== null && (
        <a className={styles.fact} href={`/runs/${encodeURIComponent(run.parentRun)}`} title="Open the run that started this one">
          <Icon name="workflow" size={14} />
          <span className={styles.word}>started by a run</span>
        </a>
      )}
      <LinkNote view={view} />
    </div>
  );
}

const KINDS = { normal: "", resume: "resumed", from_here: "from a node", only: "one node", to_here: "up to a node" };

function Heading({ view }: { view: RunView }) {
  switch (view.kind) {
    case "starting":
      return (
        <div className={styles.facts}>
          <StatusMark status="queued" size={16} />
          <span>Starting…</span>
        </div>
      );
    case "loading":
      return <span className={styles.quiet}>Opening the run…</span>;
    default:
      return <span className={styles.title}>Runs</span>;
  }
}

function Elapsed({ run }: { run: RunState }) {
  const isTicking = !RUN_TERMINAL.has(run.status);
  const now = useNow(isTicking, 100);
  if (run.status === "waiting" && run.wakeAt !== null) {
    return (
      <span className={styles.fact} title={new Date(run.wakeAt).toLocaleString()}>
        <Icon name="clock" size={14} />
        until {formatMoment(run.wakeAt, now)}
      </span>
    );
  }
  const from = run.startedAt ?? run.createdAt;
  return (
    <span className={styles.fact} title={`Started ${new Date(run.createdAt).toLocaleString()}`}>
      <Icon name="timer" size={14} />
      <span className={styles.digits}>{run.finishedAt === null ? formatElapsed(now - from) : formatDuration((run.finishedAt - from) / 1000)}</span>
    </span>
  );
}

function Spent({ run }: { run: RunState }) {
  const tokens = run.usage.input_tokens + run.usage.output_tokens;
  const { usd, tokens: most } = run.budget;
  if (tokens === 0 && run.usage.cost_usd === 0) return null;
  const limits = [usd !== null && `$${usd}`, most !== null && `${most.toLocaleString("en-US")} tokens`].filter(Boolean).join(", ");
  return (
    <span className={classes(styles.fact, styles.spent)} title={`${run.usage.input_tokens.toLocaleString("en-US")} in, ${run.usage.output_tokens.toLocaleString("en-US")} out`}>
      <Icon name="coins" size={14} />
      <span className={styles.digits}>{formatUsage(run.usage)}</span>
      {limits !== "" && <span className={styles.word}>of {limits}</span>}
    </span>
  );
}

/** Whether what is shown may be behind, and why. Says nothing while all is well. */
function LinkNote({ view }: { view: RunView }) {
  const connectivity = useConnectivity();
  if (view.kind === "ended" || view.kind === "idle") return null;
  if (connectivity === "offline") return <Badge tone="warn">Offline: the run goes on without this page</Badge>;
  if (view.kind === "stale") return <Badge>Catching up…</Badge>;
  if (view.kind === "live" && view.link.kind === "retrying") return <Badge tone="warn">Reconnecting…</Badge>;
  return null;
}

/** Stops the open run, while there is something to stop. */
export function CancelRun({ view }: { view: RunView }) {
  const run = runOf(view);
  return run === null || RUN_TERMINAL.has(run.status) ? null : <CancelButton key={run.id} />;
}

function CancelButton() {
  const [isAsked, setAsked] = useState(false);
  const cancel = async (): Promise<void> => {
    setAsked(true);
    try {
      await runActions.cancel();
    } catch (thrown) {
      setAsked(false);
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
  };
  return (
    <Button small icon="circle-stop" aria-label={isAsked ? "Cancelling the run" : "Cancel the run"} disabled={isAsked} onClick={() => void cancel()}>
      <span className={styles.word}>{isAsked ? "Cancelling…" : "Cancel"}</span>
    </Button>
  );
}
