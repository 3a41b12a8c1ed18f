import { useEffect, useState } from "react";
import { schedulePreview } from "../api/triggers";
import { asApiError, isAbort } from "../api/client";
import type { DueTime } from "../contracts/api";
import { FieldNotes, Skeleton } from "../ui";
import styles from "./triggers.module.css";

const PAUSE_MS = 250;

type State = { kind: "loading" } | { kind: "wrong"; message: string } | { kind: "ready"; times: DueTime[] };

/** The next ten times of a schedule as it is being written, with their distance from UTC: it changes where clocks do. */
export function NextTimes({ cron, zone }: { cron: string; zone: string }) {
  const [state, setState] = useState<State>({ kind: "loading" });
  useEffect(() => {
    const controller = new AbortController();
    const timer = window.setTimeout(() => {
      schedulePreview(cron, zone, { signal: controller.signal }).then(
        (times) => setState({ kind: "ready", times }),
        (thrown: unknown) => {
          if (isAbort(thrown)) return;
          const error = asApiError(thrown);
          setState({ kind: "wrong", message: Object.values(error.fields)[0] ?? error.message });
        },
      );
    }, PAUSE_MS);
    return () => {
      window.clearTimeout(timer);
      controller.abort();
    };
  }, [cron, zone]);
  return (
    <section className={styles.times} aria-label="Next times" aria-live="polite">
      <h3>Next times</h3>
      {state.kind === "loading" && <Skeleton height={120} />}
      {state.kind === "wrong" && <FieldNotes notes={[{ severity: "error", message: state.message }]} />}
      {state.kind === "ready" && <List times={state.times} />}
    </section>
  );
}

function List({ times }: { times: DueTime[] }) {
  return (
    <ol>
      {times.map(({ at, local, offset }, index) => (
        <li key={at} data-changed={(index > 0 && times[index - 1]?.offset !== offset) || undefined}>
          <time dateTime={at}>
            {weekday(local)} {local}
          </time>
          <span>UTC{offset}</span>
        </li>
      ))}
    </ol>
  );
}

const weekday = (local: string): string => new Date(`${local.slice(0, 10)}T12:00:00`).toLocaleDateString("en", { weekday: "short" });
