import { Link } from "../app/router";
import type { RunSummary } from "../contracts/api";
import { formatPaid, formatElapsed, formatMoment, formatTokens } from "../runs/format";
import { RUN_TERMINAL } from "../runs/types";
import { readUsage } from "../runs/usage";
import { useNow } from "../runs/useNow";
import { formatAgo, StatusMark } from "../ui";
import styles from "./RunTable.module.css";

export function RunTable({ runs }: { runs: readonly RunSummary[] }) {
  const now = useNow(runs.some((run) => !RUN_TERMINAL.has(run.status)), 1000);
  return (
    <div className={styles.box}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Workflow</th>
            <th scope="col">Started</th>
            <th scope="col" className={styles.number}>
              Duration
            </th>
            <th scope="col" className={styles.number}>
              Used
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <Row key={run.id} run={run} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ run, now }: { run: RunSummary; now: number }) {
  const usage = readUsage(run.usage);
  const tokens = usage.input_tokens + usage.output_tokens;
  return (
    <tr className={styles.row}>
      <td className={styles.status}>
        <StatusMark status={run.status} word />
      </td>
      <td className={styles.workflow}>
        <Link href={`/runs/${run.id}`} className={styles.name}>
          {run.workflow.name}
          <span className="visually-hidden">, run of {new Date(run.created_at).toLocaleString()}</span>
        </Link>
        {run.version !== null && <span className={styles.version}>v{run.version}</span>}
        {wordOf(run) !== "" && <span className={styles.by}>{wordOf(run)}</span>}
        {run.error !== null && <span className={styles.error}>{run.error.message}</span>}
      </td>
      <td className={styles.when}>
        <time dateTime={run.created_at} title={new Date(run.created_at).toLocaleString()}>
          {formatAgo(run.created_at, now)}
        </time>
        <span className={styles.clock}>{formatMoment(Date.parse(run.created_at), now)}</span>
      </td>
      <td className={styles.number}>{durationOf(run, now)}</td>
      <td className={styles.number}>
        {tokens > 0 && (
          <>
            {formatTokens(usage)}
            {formatPaid(usage) !== "" && <span className={styles.cost}>{formatPaid(usage)}</span>}
          </>
        )}
      </td>
    </tr>
  );
}

const KINDS: Record<string, string> = { webhook: "Webhook", schedule: "Schedule", form: "Form", link: "Link" };

/** What started a run, where that was no person. */
function wordOf(run: RunSummary): string {
  const kind = KINDS[run.trigger];
  if (kind === undefined) return "";
  return `${run.fired_by ? `${kind}: ${run.fired_by.name}` : kind}${run.is_test ? ", test" : ""}`;
}

function durationOf(run: RunSummary, now: number): string {
  if (run.started_at === null) return "";
  return formatElapsed((run.finished_at === null ? now : Date.parse(run.finished_at)) - Date.parse(run.started_at));
}
