import { useCallback, useState } from "react";
import { failureRuns } from "../api/failures";
import { useResource } from "../api/useResource";
import { Link } from "../app/router";
import type { FailureEntry, FailureRunPage } from "../contracts/api";
import { Button, formatAgo, Skeleton, StatusMark } from "../ui";
import { useEvery } from "./every";
import styles from "./review.module.css";
import { ENTRY_WORDS } from "./words";

interface RunsOfGroupProps {
  groupId: string;
  shown: string;
  onHandle: (runId: string) => void;
}

/** The runs of a group, the newest first; each can be looked at in the review. */
export function RunsOfGroup({ groupId, shown, onHandle }: RunsOfGroupProps) {
  const [pages, setPages] = useState(1);
  const fetcher = useCallback(
    async (id: string, signal: AbortSignal): Promise<FailureRunPage> => {
      let page = await failureRuns(id, null, { signal });
      const items = [...page.items];
      for (let number = 1; number < pages && page.next !== null; number += 1) {
        page = await failureRuns(id, page.next, { signal });
        items.push(...page.items);
      }
      return { ...page, items };
    },
    [pages],
  );
  const { state, reload } = useResource(fetcher, groupId);
  useEvery(4000, reload);
  if (state.kind === "loading") return <Skeleton height={80} />;
  if (state.kind === "failed") return <p className={styles.quiet}>{state.error.message}</p>;
  return (
    <>
      <ul className={styles.runs}>
        {state.value.items.map((entry) => (
          <Entry key={entry.run.id} entry={entry} groupId={groupId} isShown={entry.run.id === shown} onHandle={onHandle} />
        ))}
      </ul>
      {state.value.next !== null && <Button small onClick={() => setPages((count) => count + 1)}>Show more runs</Button>}
    </>
  );
}

function Entry({ entry, groupId, isShown, onHandle }: { entry: FailureEntry; groupId: string; isShown: boolean; onHandle: (runId: string) => void }) {
  const { run, state, at, times, person, follower, handled_by: by, reason } = entry;
  return (
    <li className={styles.run} aria-current={isShown || undefined}>
      <StatusMark status={run.status} word />
      <div className={styles.runWhat}>
        <Link href={`/failures/${encodeURIComponent(groupId)}?run=${encodeURIComponent(run.id)}`}>{formatAgo(at)}</Link>
        {run.version !== null && <span> v{run.version}</span>}
        {person !== null && <span> by {person.name}</span>}
        {times > 1 && <span>, {times.toLocaleString("en-US")} times in it</span>}
        <p className={styles.quiet}>
          {ENTRY_WORDS[state]}
          {follower !== null && (
            <>
              : <Link href={`/runs/${encodeURIComponent(follower)}`}>the run that resumed it</Link>
            </>
          )}
          {by !== null && ` by ${by.name}: ${reason}`}
        </p>
      </div>
      {state === "open" && (
        <Button small kind="ghost" onClick={() => onHandle(run.id)}>
          Handled…
        </Button>
      )}
      <Link href={`/runs/${encodeURIComponent(run.id)}`}>Open run</Link>
    </li>
  );
}
