import { useEffect, useRef } from "react";
import type { LogPages } from "./logPages";

const SPACE_MS = 600;
/** Shares of a large map write to logs of their own, of which the run's events do not tell. */
const UNTOLD_MS = 5_000;

/** Reads on as the run moves: soon after each event, and not more often than that; once more when it has ended. */
export function useLogGrowth(pages: LogPages, seq: number, isLive: boolean): void {
  const askedAt = useRef(0);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      askedAt.current = Date.now();
      pages.refresh();
    }, Math.max(0, askedAt.current + SPACE_MS - Date.now()));
    return () => window.clearTimeout(timer);
  }, [pages, seq, isLive]);
  useEffect(() => {
    if (!isLive) return undefined;
    const timer = window.setInterval(() => pages.refresh(), UNTOLD_MS);
    return () => window.clearInterval(timer);
  }, [pages, isLive]);
  useEffect(() => () => pages.stop(), [pages]);
}
