import { useEffect, useRef, useState } from "react";
import type { RunView } from "../runs/view";
import { runOf } from "../runs/view";
import { failureSentence, progressSentence } from "./announce";
import type { NodeName } from "./timeline";

const EVERY_MS = 1_000;

/** Tells screen readers how a run goes: politely and at most once a second, and a failure once, at once. */
export function Announcer({ view, nodes }: { view: RunView; nodes: readonly NodeName[] }) {
  const run = runOf(view);
  const polite = useSeldom(() => (run === null || view.kind === "stale" ? "" : progressSentence(run, nodes)));
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

/** What this gives, looked at no more often than it is said: the sentence counts all nodes. */
function useSeldom(sentence: () => string): string {
  const [shown, setShown] = useState(sentence);
  const [latest, timer, saidAt] = [useRef(sentence), useRef(0), useRef(0)];
  useEffect(() => {
    latest.current = sentence;
    if (timer.current) return;
    const wait = Math.max(0, saidAt.current + EVERY_MS - Date.now());
    timer.current = window.setTimeout(() => {
      timer.current = 0;
      saidAt.current = Date.now();
      setShown(latest.current());
    }, wait);
  });
  useEffect(
    () => () => {
      window.clearTimeout(timer.current);
      timer.current = 0;
    },
    [timer],
  );
  return shown;
}
