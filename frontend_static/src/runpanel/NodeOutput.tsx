import type { ApiError } from "../api/client";
import type { NodeRunDetailOut } from "../contracts/api";
import type { NodeRunView } from "../runs/view";
import { isObject } from "../document/normalise";
import { Icon } from "../ui";
import { ErrorCard } from "./ErrorCard";
import { LoadingValue, LoadFailure } from "./LoadNotes";
import styles from "./NodeRunDetail.module.css";
import { TextView } from "./TextView";
import { ValueView } from "./ValueView";

export interface NodePartProps {
  node: NodeRunView;
  detail: NodeRunDetailOut | null;
  error: ApiError | null;
  onRetry: () => void;
}

const NOTHING: Record<string, string> = {
  skipped: "Skipped: no path that was taken leads here.",
  upstream_failed: "Not reached: something before it failed.",
  cancelled: "Cancelled before it had a result.",
};

export function NodeOutput({ node, detail, error, onRetry }: NodePartProps) {
  const fault = node.error ?? detail?.error ?? null;
  const isOver = node.status === "succeeded";
  const details = isOver ? (detail?.details ?? {}) : {};
  const waiting = node.status === "waiting" && node.reason === "webhook" ? detail?.output : null;
  const address = isObject(waiting) && typeof waiting.url === "string" ? waiting.url : null;
  return (
    <div className={styles.part}>
      {NOTHING[node.status] !== undefined && <p className={styles.quiet}>{node.reason === "lost_race" ? "Cancelled: another branch was first." : NOTHING[node.status]}</p>}
      {fault !== null && node.status !== "running" && <ErrorCard title={titleOf(node)} fault={fault} />}
      {node.status === "running" && node.text === "" && <p className={styles.quiet}>Working…</p>}
      {!isOver && node.text !== "" && <TextView text={node.text} isStreaming={node.status === "running"} />}
      {isOver && detail !== null && <ValueView label="Output" value={detail.output} fileName={`${node.nodeId}-output`} />}
      {isOver && detail === null && error === null && (node.text !== "" ? <TextView text={node.text} /> : <LoadingValue />)}
      {isOver && error !== null && <LoadFailure error={error} onRetry={onRetry} />}
      {address !== null && (
        <>
          <p className={styles.quiet}>Waiting for a POST to this address, which is good for one call.</p>
          <ValueView label="Address" value={address} fileName={`${node.nodeId}-address`} />
        </>
      )}
      {typeof details.run === "string" && (
        <a className={styles.origin} href={`/runs/${encodeURIComponent(details.run)}`}>
          <Icon name="workflow" size={14} />
          Open the run that it started
        </a>
      )}
      {Object.keys(details).length > 0 && typeof details.run !== "string" && <ValueView label="Details" value={details} fileName={`${node.nodeId}-details`} />}
      {isOver && node.ports.length > 0 && !(node.ports.length === 1 && node.ports[0] === "out") && <p className={styles.quiet}>Went on through {node.ports.join(", ")}.</p>}
    </div>
  );
}

function titleOf(node: NodeRunView): string {
  if (node.status === "waiting") return "The last attempt failed";
  if (node.degraded) return "It failed, and the fallback value was used";
  return "This node failed";
}
