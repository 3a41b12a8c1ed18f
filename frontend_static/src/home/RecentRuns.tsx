import type { Resource } from "../api/useResource";
import { Link } from "../app/router";
import type { Page, RunSummary } from "../contracts/api";
import { formatPaid } from "../runs/format";
import { readUsage } from "../runs/usage";
import { Button, formatAgo, Skeleton, StatusMark } from "../ui";
import styles from "./RecentRuns.module.css";

const SHOWN = 12;

export function RecentRuns({ state, onRetry }: { state: Resource<Page<RunSummary>>; onRetry: () => void }) {
  return (
    <aside className={styles.recent} aria-label="Recent runs">
      <div className={styles.head}>
        <h2 className={styles.title}>Recent runs</h2>
        <Link href="/runs" className={styles.all}>
          All runs
        </Link>
      </div>
      <Body state={state} onRetry={onRetry} />
    </aside>
  );
}

function Body({ state, onRetry }: { state: Resource<Page<RunSummary>>; onRetry: () => void }) {
  if (state.kind === "loading") {
    return (
      <div className={styles.loading} aria-busy="true">
        {[80, 64, 72].map((width) => (
          <Skeleton key={width} width={`${width}%`} />
        ))}
      </div>
    );
  }
  if (state.kind === "failed") {
    return (
      <div className={styles.note}>
        <p>{state.error.message}</p>
        <Button small onClick={onRetry}>
          Try again
        </Button>
      </div>
    );
  }
  if (state.value.items.length === 0) return <p className={styles.note}>Nothing has run yet. Runs of all your workflows show up here.</p>;
  return (
    <ul>
      {state.value.items.slice(0, SHOWN).map((run) => (
        <li key={run.id}>
          <Link href={`/workflows/${run.workflow.id}?run=${run.id}`} className={styles.run}>
            <StatusMark status={run.status} size={16} />
            <span className={styles.words}>
              <span className={styles.name}>{run.workflow.name}</span>
              {run.error !== null && <span className={styles.error}>{run.error.message}</span>}
            </span>
            <span className={styles.ago}>{formatPaid(readUsage(run.usage))}</span>
            <time className={styles.ago} dateTime={run.created_at} title={new Date(run.created_at).toLocaleString()}>
              {formatAgo(run.created_at)}
            </time>
          </Link>
        </li>
      ))}
    </ul>
  );
}
