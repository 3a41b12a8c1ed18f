import { useEffect, useRef, useState } from "react";
import type { RunView } from "../runs/view";
import { runOf } from "../runs/view";
import { failureSentence, progressSentence } from "./announce";
import type { NodeName } from "./timeline";

const EVERY_MS = 1_000;

/** Tells screen readers how a run goes: politely and at most once a second, and a failure once, at once. */
export function Announcer({ view, nodes }: { view: RunView; nodes: readonly NodeName[] }) {
  const run = runOf(view);
  const polite = useThrottled(run === null || view.kind === "stale" ? "" : progressSentence(run, nodes));
  const failure = run === null ? "" : failureSentence(run, nodes);
  return (
    <>
      <div className="visually-hidden" aria-live="polite">
        {polite}
      </div>
      <div className="visually-hidden" role="alert">
        {failure}
      </div>
    </>
  );
}

function useThrottled(text: string): string {
  const [shown, setShown] = useState(text);
  const saidAt = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, saidAt.current + EVERY_MS - Date.now());
    const timer = setTimeout(() => {
      saidAt.current = Date.now();
      setShown(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text]);
  return shown;
}
