import { runList } from "../api/runs";
import { useResource } from "../api/useResource";
import type { RunSummary } from "../contracts/api";
import { formatPaid } from "../runs/format";
import { readUsage } from "../runs/usage";
import { formatAgo, formatDuration, Icon, Skeleton, StatusMark, Button } from "../ui";
import styles from "./RecentRuns.module.css";
import { moveFocus } from "./useWindowed";

const fetchRecent = (workflow: string, signal: AbortSignal) => runList({ workflow, limit: 20 }, { signal });

interface RecentRunsProps {
  workflowId: string;
  openId: string | null;
  onOpen: (runId: string) => void;
}

/** The latest runs of this workflow, to look at one of them again. */
export function RecentRuns({ workflowId, openId, onOpen }: RecentRunsProps) {
  const { state, reload } = useResource(fetchRecent, workflowId);
  if (state.kind === "loading") return <Waiting />;
  if (state.kind === "failed") {
    return (
      <div className={styles.note}>
        <p>{state.error.message}</p>
        <Button small onClick={() => void reload()}>
          Try again
        </Button>
      </div>
    );
  }
  if (state.value.items.length === 0) return <p className={styles.note}>This workflow has not run yet.</p>;
  return (
    <ul className={styles.list} aria-label="Recent runs" onKeyDown={(event) => moveFocus(event, "button")}>
      {state.value.items.map((run) => (
        <li key={run.id}>
          <button type="button" className={styles.run} aria-current={run.id === openId || undefined} onClick={() => onOpen(run.id)}>
            <StatusMark status={run.status} word />
            <span className={styles.when}>{formatAgo(run.created_at)}</span>
            <span className={styles.length}>{[formatPaid(readUsage(run.usage)), lengthOf(run)].filter(Boolean).join(" · ")}</span>
          </button>
          {openId !== null && openId !== run.id && (
            <a className={styles.compare} href={`/runs/${encodeURIComponent(openId)}/compare?with=${encodeURIComponent(run.id)}`} title="Compare the open run with this one" aria-label={`Compare the open run with that of ${formatAgo(run.created_at)}`}>
              <Icon name="git-compare" size={14} />
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

function lengthOf(run: RunSummary): string {
  if (run.started_at === null || run.finished_at === null) return "";
  return formatDuration((Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1000);
}

function Waiting() {
  return (
    <div className={styles.waiting} aria-busy="true">
      <Skeleton width="70%" />
      <Skeleton width="60%" />
      <Skeleton width="66%" />
    </div>
  );
}
