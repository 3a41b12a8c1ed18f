import { useEffect, useState } from "react";
import { forecastGet } from "../api/forecast";
import { useResource } from "../api/useResource";
import type { ForecastOut, JsonObject } from "../contracts/api";
import { FieldNotes, Icon, Skeleton } from "../ui";
import { forecastWords } from "./forecast";
import styles from "./ForecastLine.module.css";

const PAUSE_MS = 400;

const ask = (wanted: string, signal: AbortSignal): Promise<ForecastOut> => {
  const { workflow, input } = JSON.parse(wanted) as { workflow: string; input: JsonObject };
  return forecastGet(workflow, input, { signal });
};

/** What the run would cost and take with this input, told anew a moment after the input has changed. */
export function ForecastLine({ workflowId, input }: { workflowId: string; input: JsonObject }) {
  const now = JSON.stringify({ workflow: workflowId, input });
  const [wanted, setWanted] = useState(now);
  useEffect(() => {
    const timer = window.setTimeout(() => setWanted(now), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [now]);
  const { state } = useResource(ask, wanted);
  if (state.kind === "loading") {
    return (
      <div className={styles.forecast} aria-busy="true" aria-label="Forecast">
        <Skeleton width="60%" />
        <Skeleton width="80%" height={12} />
      </div>
    );
  }
  // What keeps the workflow from running is said when it is run; the forecast alone is nothing to stop for.
  return state.kind === "failed" ? null : <Forecast told={state.value} />;
}

export function Forecast({ told }: { told: ForecastOut }) {
  const words = forecastWords(told);
  return (
    <section className={styles.forecast} aria-label="Forecast">
      <p className={styles.likely}>
        <Icon name="coins" size={14} />
        Likely {words.likely}
      </p>
      <p className={styles.range}>
        {words.range}. {words.basis}
      </p>
      {words.warning !== null && <FieldNotes notes={[{ severity: "warning", message: words.warning }]} />}
    </section>
  );
}
