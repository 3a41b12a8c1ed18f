import { memo } from "react";
import { formatPaid, formatShortUsage } from "../runs/format";
import { useNow } from "../runs/useNow";
import { useNodeRun } from "../runs/useRun";
import type { NodeRunView } from "../runs/view";
import { classes, formatDuration, Icon, StatusMark, statusWord } from "../ui";
import { barsOf, type Bar, type Scale } from "./timeline";
import styles from "./Timeline.module.css";

export const ROW_HEIGHT = 30;

interface TimelineLineProps {
  rowKey: string;
  name: string;
  scope: string;
  depth: number;
  scale: Scale;
  isSelected: boolean;
  isFirst: boolean;
  /** On the way that the run waited for; undefined while that is not shown. */
  isCritical: boolean | undefined;
  onPick: (key: string) => void;
}

/** Drawn again when its node changes, the axis does, or, while the node is at work, time goes on. */
export const TimelineLine = memo(function TimelineLine({ rowKey, name, scope, depth, scale, isSelected, isFirst, isCritical, onPick }: TimelineLineProps) {
  const node = useNodeRun(rowKey);
  const now = useNow(node !== undefined && node.startedAt !== null && node.finishedAt === null, 100);
  const status = node?.degraded && node.status === "succeeded" ? "degraded" : (node?.status ?? "pending");
  const bars = barsOf(node?.spans ?? [], scale, now);
  const length = node === undefined ? null : lengthOf(node, now);
  return (
    <li className={styles.item}>
      <button
        type="button"
        className={classes(styles.row, isSelected && styles.selected)}
        data-status={status}
        data-critical={isCritical}
        aria-current={isSelected || undefined}
        aria-label={spoken(scope ? `${name} ${scope}` : name, status, length, node?.origin.how)}
        tabIndex={isSelected || isFirst ? 0 : -1}
        onClick={() => onPick(rowKey)}
      >
        <span className={styles.name} style={{ paddingLeft: 12 + depth * 14 }}>
          <StatusMark status={status} size={14} />
          <span className={styles.words}>{name}</span>
          {scope && <span className={styles.scope}>{scope}</span>}
          {node !== undefined && node.attempt > 1 && (
            <span className={styles.tries} title={`Attempt ${node.attempt}`}>
              <Icon name="repeat" size={11} />
              {node.attempt}
            </span>
          )}
        </span>
        <span className={styles.track}>
          {bars.map((bar, index) => (
            <span key={`${index} ${scale.to - scale.from}`} className={styles.bar} data-what={bar.what} data-end={bar.end} style={{ left: `${bar.left}%`, width: `max(3px, ${bar.width}%)` }} />
          ))}
          <Label key={scale.to - scale.from} bars={bars} scale={scale} node={node} status={status} length={length} />
        </span>
      </button>
    </li>
  );
});

interface LabelProps {
  bars: readonly Bar[];
  scale: Scale;
  node: NodeRunView | undefined;
  status: string;
  length: number | null;
}

/** Beside the bar where there is room, before it otherwise. What never ran is named at the moment that decided it. */
function Label({ bars, scale, node, status, length }: LabelProps) {
  const first = bars[0];
  const last = bars.at(-1);
  if (node === undefined || status === "pending") return null;
  if (first === undefined || last === undefined) {
    const at = node.finishedAt === null ? 0 : Math.max(0, ((node.finishedAt - scale.from) / (scale.to - scale.from)) * 100);
    return (
      <span className={classes(styles.label, at > TIGHT && styles.before)} style={{ left: `${at}%` }}>
        {node.origin.how === "" ? statusWord(status) : ORIGINS[node.origin.how]}
      </span>
    );
  }
  const end = last.left + last.width;
  const isTight = end > TIGHT;
  const isInside = isTight && first.left < 100 - TIGHT;
  return (
    <span className={classes(styles.label, isTight && styles.before, isInside && styles.inside)} data-end={last.end} style={{ left: `${isTight && !isInside ? first.left : end}%` }}>
      {PREFIX[node.status]}
      {node.status !== "waiting" && length !== null && formatDuration(length / 1000)}
      {node.usage !== null && <span className={styles.used}> · {formatPaid(node.usage) || formatShortUsage(node.usage)}</span>}
    </span>
  );
}

const TIGHT = 78;
const ORIGINS = { reused: "taken over", cached: "kept result", pinned: "pinned value" };
const PREFIX: Partial<Record<NodeRunView["status"], string>> = { waiting: "waiting", failed: "failed after ", cancelled: "cancelled after " };

function lengthOf(node: NodeRunView, now: number): number | null {
  return node.startedAt === null ? null : Math.max(0, (node.finishedAt ?? now) - node.startedAt);
}

function spoken(name: string, status: string, length: number | null, origin: NodeRunView["origin"]["how"] = ""): string {
  const parts = [name, statusWord(status)];
  if (origin) parts.push(ORIGINS[origin]);
  if (length !== null) parts.push(formatDuration(length / 1000));
  return parts.join(", ");
}
