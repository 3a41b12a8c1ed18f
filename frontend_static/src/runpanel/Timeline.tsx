import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { adviceOf } from "./advice";
import { formatOffset } from "../runs/format";
import { useNow } from "../runs/useNow";
import type { Graph } from "../document/connect";
import { criticalPath, showCritical, type Step } from "../runs/critical";
import { RUN_TERMINAL, type RunState } from "../runs/types";
import { formatDuration, IconButton } from "../ui";
import { timelineEnds, timelineRows, timelineScale, type NodeName } from "./timeline";
import styles from "./Timeline.module.css";
import { ROW_HEIGHT, TimelineLine } from "./TimelineLine";
import { moveFocus, useWindowed } from "./useWindowed";

interface TimelineProps {
  run: RunState;
  nodes: readonly NodeName[];
  selectedKey: string | null;
  onPick: (key: string) => void;
  graph: Graph;
}

/** The waterfall: when each node ran, what ran beside it, and where the time went. */
export function Timeline({ run, nodes, selectedKey, onPick, graph }: TimelineProps) {
  const isLive = !RUN_TERMINAL.has(run.status);
  const now = useNow(isLive, 100);
  // Ordering thousands of rows must not hold up a frame: the bars move with each event, their order may follow a moment later.
  const settled = useDeferredValue(run);
  const rows = useMemo(() => timelineRows(settled, nodes, isLive), [settled, nodes, isLive]);
  const ends = timelineEnds(run, now);
  const scale = useMemo(() => timelineScale(ends.from, ends.to), [ends.from, ends.to]);
  const { scroller, onScroll, from, to } = useWindowed(rows.length, ROW_HEIGHT);
  const { path, isShown, toggle } = useCriticalPath(settled, graph);
  const critical = useMemo(() => new Set(path.map(({ key }) => key)), [path]);
  const list = useRef<HTMLUListElement>(null);
  // A new scale moves everything at once: fresh elements, so that nothing glides across the plot.
  const scaleKey = scale.to - scale.from;
  const nowAt = isLive && run.startedAt !== null ? ((Math.max(now, scale.from) - scale.from) / (scale.to - scale.from)) * 100 : null;

  return (
    <div ref={scroller} className={styles.timeline} onScroll={onScroll}>
      <div className={styles.axis}>
        <span className={styles.corner}>
          Node
          <IconButton small className={styles.why} icon="flag" label={isShown ? "Show all alike" : "Show what the run waited for"} side="top" aria-pressed={isShown} disabled={path.length === 0} onClick={toggle} />
        </span>
        <div className={styles.ticks} aria-hidden>
          {scale.ticks.map((tick) => (
            <span key={tick.offset} className={styles.tick} style={{ left: `${tick.at}%` }}>
              {formatOffset(tick.offset)}
            </span>
          ))}
        </div>
      </div>
      {isShown && <Way path={path} run={settled} nodes={nodes} graph={graph} />}
      <div className={styles.plot} style={{ minHeight: rows.length * ROW_HEIGHT }}>
        <div className={styles.grid} aria-hidden>
          {scale.ticks.map((tick) => (
            <span key={tick.offset} className={styles.rule} style={{ left: `${tick.at}%` }} />
          ))}
          {nowAt !== null && <span key={scaleKey} className={styles.now} style={{ transform: `translateX(${Math.min(100, nowAt)}%)` }} />}
        </div>
        <ul ref={list} className={styles.rows} aria-label="Node runs by time" onKeyDown={(event) => moveFocus(event, "button")} style={{ paddingTop: from * ROW_HEIGHT }}>
          {rows.slice(from, to).map((row, offset) => (
            <TimelineLine key={row.key} rowKey={row.key} name={row.name} scope={row.scope} depth={row.depth} scale={scale} isSelected={row.key === selectedKey} isFirst={from + offset === 0} isCritical={isShown ? critical.has(row.key) : undefined} onPick={onPick} />
          ))}
        </ul>
      </div>
    </div>
  );
}

/** The way that the run waited for, and whether it is shown: here and on the canvas. */
function useCriticalPath(run: RunState, { edges }: Graph): { path: Step[]; isShown: boolean; toggle: () => void } {
  const [isWanted, setWanted] = useState(false);
  const path = useMemo(() => criticalPath(run, [...edges.values()]), [run, edges]);
  const isShown = isWanted && path.length > 0;
  useEffect(() => {
    showCritical(isShown ? path : null);
    return () => showCritical(null);
  }, [isShown, path]);
  return { path, isShown, toggle: () => setWanted(!isWanted) };
}

/** The same in words, the largest share first to catch the eye. */
function Way({ path, run, nodes, graph }: { path: readonly Step[]; run: RunState; nodes: readonly NodeName[]; graph: Graph }) {
  const whole = Math.max(1, path.reduce((sum, { millis }) => sum + millis, 0));
  const nameOf = (id: string): string => nodes.find((one) => one.id === id)?.name || id;
  const counted = path.filter(({ millis }) => millis / whole >= 0.01);
  const advice = adviceOf(run, path, nodes, graph);
  return (
    <div className={styles.way} role="status">
      <p>
        {RUN_TERMINAL.has(run.status) ? "The run waited for " : "So far the run waited for "}
        {counted.map(({ key, nodeId, millis }, index) => (
          <span key={key}>
            {index > 0 && ", then "}
            <strong>{nameOf(nodeId)}</strong> {formatDuration(millis / 1000)} ({Math.round((millis / whole) * 100)} %)
          </span>
        ))}
        .
      </p>
      {advice.length > 0 && (
        <ul className={styles.advice} aria-label="What would make it faster">
          {advice.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
