import { useEffect, useRef } from "react";
import { isTold } from "../runs/iterations";
import { NODE_TERMINAL, type Progress } from "../runs/types";
import { runActions, usePick } from "../runs/useRun";
import type { NodeRunView } from "../runs/view";
import { Icon } from "../ui";
import styles from "./Iteration.module.css";

const REREAD_MS = 700;
/** Where nothing has moved, what is shown is read so many times less often. */
const IDLE_TURNS = 6;

interface IterationProps {
  /** The container's node run. */
  node: NodeRunView;
}

/** How far a loop or a map is, and which of its turns or items is shown. */
export function Iteration({ node }: IterationProps) {
  const pick = usePick(node.nodeId);
  const { progress } = node;
  useReading(node, pick);
  if (progress === null) return null;
  const isLoop = progress.total === null;
  const opened = progress.parts !== null && progress.total !== null ? progress.total : progress.done + progress.failed + progress.running;
  const [word, at] = [isLoop ? "turn" : "item", pick ?? opened - 1];
  const go = (index: number): void => runActions.pick(node.nodeId, Math.max(0, Math.min(opened - 1, index)));
  const nextFailed = progress.failures.find((index) => index > (pick ?? -1)) ?? progress.failures[0];
  const score = pick === null ? undefined : progress.scores[String(pick)];
  return (
    <span className={`${styles.iteration} nodrag`} role="group" aria-label={`Shown ${word}`}>
      <span>{farWords(progress)}</span>
      {nextFailed !== undefined && (
        <button type="button" className={styles.failed} onClick={() => go(nextFailed)} title={`Show the next ${word} that failed`}>
          {progress.failed.toLocaleString("en")} failed
        </button>
      )}
      {opened > 1 && (
        <>
          <button type="button" className={styles.step} data-back onClick={() => go(at - 1)} disabled={at <= 0} aria-label={`Previous ${word}`}>
            <Icon name="chevron-right" size={14} />
          </button>
          <span className={styles.at} title={score === undefined ? undefined : `Score ${score}`}>{pick === null ? "latest" : `#${at + 1}`}</span>
          <button type="button" className={styles.step} onClick={() => go(at + 1)} disabled={pick === null || at >= opened - 1} aria-label={`Next ${word}`}>
            <Icon name="chevron-right" size={14} />
          </button>
          {pick !== null && progress.parts === null && !NODE_TERMINAL.has(node.status) && (
            <button type="button" className={styles.failed} onClick={() => runActions.pick(node.nodeId, null)}>
              follow
            </button>
          )}
        </>
      )}
    </span>
  );
}

export function farWords({ done, failed, total }: Progress): string {
  const ended = (done + failed).toLocaleString("en");
  if (total === null) return done + failed === 1 ? "1 turn" : `${ended} turns`;
  return `${ended} of ${total.toLocaleString("en")}`;
}

/**
 * What happens in a turn or item that the events do not tell of is read, and read again while the container goes on. Of a map that
 * several workers share the events tell of no item, so there is none to follow: the first one is shown.
 */
function useReading(node: NodeRunView, pick: number | null): void {
  const path = pick === null ? "" : `${node.key}${node.attempt > 1 ? `~${node.attempt}` : ""}#${pick}/`;
  const moved = node.progress ? node.progress.done + node.progress.failed : 0;
  const isOver = NODE_TERMINAL.has(node.status);
  const isShared = node.progress !== null && node.progress.parts !== null;
  useEffect(() => {
    if (isShared && pick === null) runActions.pick(node.nodeId, 0);
  }, [isShared, pick, node.nodeId]);
  const last = useRef(moved);
  last.current = moved;
  useEffect(() => {
    if (path === "" || (isTold(path) && !isShared)) return;
    const abort = new AbortController();
    let [read, idle, isRead] = [last.current, 0, false];
    const look = (): void => {
      [read, idle] = [last.current, 0];
      runActions.readScope(path, abort.signal).then(
        () => (isRead = true),
        () => undefined,
      );
    };
    look();
    const again = (): boolean => !isRead || (!isOver && (last.current !== read || ++idle >= IDLE_TURNS));
    const timer = window.setInterval(() => (again() ? look() : isOver && window.clearInterval(timer)), REREAD_MS);
    return () => {
      window.clearInterval(timer);
      abort.abort();
    };
  }, [path, isOver, isShared]);
}
