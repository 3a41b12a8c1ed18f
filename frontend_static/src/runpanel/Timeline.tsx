import { useDeferredValue, useMemo, useRef } from "react";
import { formatOffset } from "../runs/format";
import { useNow } from "../runs/useNow";
import { RUN_TERMINAL, type RunState } from "../runs/types";
import { timelineRows, timelineScale, type NodeName } from "./timeline";
import styles from "./Timeline.module.css";
import { ROW_HEIGHT, TimelineLine } from "./TimelineLine";
import { moveFocus, useWindowed } from "./useWindowed";

interface TimelineProps {
  run: RunState;
  nodes: readonly NodeName[];
  selectedKey: string | null;
  onPick: (key: string) => void;
}

/** The waterfall: when each node ran, what ran beside it, and where the time went. */
export function Timeline({ run, nodes, selectedKey, onPick }: TimelineProps) {
  const isLive = !RUN_TERMINAL.has(run.status);
  const now = useNow(isLive, 100);
  // Ordering thousands of rows must not hold up a frame: the bars move with each event, their order may follow a moment later.
  const settled = useDeferredValue(run);
  const rows = useMemo(() => timelineRows(settled, nodes, isLive), [settled, nodes, isLive]);
  const scale = timelineScale(run, now);
  const { scroller, onScroll, from, to } = useWindowed(rows.length, ROW_HEIGHT);
  const list = useRef<HTMLUListElement>(null);
  // A new scale moves everything at once: fresh elements, so that nothing glides across the plot.
  const scaleKey = scale.to - scale.from;
  const nowAt = isLive && run.startedAt !== null ? ((Math.max(now, scale.from) - scale.from) / (scale.to - scale.from)) * 100 : null;

  return (
    <div ref={scroller} className={styles.timeline} onScroll={onScroll}>
      <div className={styles.axis} aria-hidden>
        <span className={styles.corner}>Node</span>
        <div className={styles.ticks}>
          {scale.ticks.map((tick) => (
            <span key={tick.offset} className={styles.tick} style={{ left: `${tick.at}%` }}>
              {formatOffset(tick.offset)}
            </span>
          ))}
        </div>
      </div>
      <div className={styles.plot} style={{ minHeight: rows.length * ROW_HEIGHT }}>
        <div className={styles.grid} aria-hidden>
          {scale.ticks.map((tick) => (
            <span key={tick.offset} className={styles.rule} style={{ left: `${tick.at}%` }} />
          ))}
          {nowAt !== null && <span key={scaleKey} className={styles.now} style={{ left: `${Math.min(100, nowAt)}%` }} />}
        </div>
        <ul ref={list} className={styles.rows} aria-label="Node runs by time" onKeyDown={(event) => moveFocus(event, "button")} style={{ paddingTop: from * ROW_HEIGHT }}>
          {rows.slice(from, to).map((row, offset) => (
            <TimelineLine key={row.key} row={row} scale={scale} now={now} isSelected={row.key === selectedKey} isFirst={from + offset === 0} onPick={onPick} />
          ))}
        </ul>
      </div>
    </div>
  );
}
