import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { Resource } from "../api/useResource";
import type { ForecastOut } from "../contracts/api";
import type { Autosave, SaveState } from "../document/autosave";
import { runStore } from "../runs/useRun";
import { runOf } from "../runs/view";
import { forecastHint } from "./forecast";
import { ForecastCache } from "./forecastCache";
import styles from "./RunForecast.module.css";

const QUIET_MS = 1500;
const cache = new ForecastCache();

interface Place {
  workflowId: string;
  autosave: Autosave;
}

/** In the tooltip of the Run button: what a run of the draft would cost and take. */
export function RunForecast({ workflowId, autosave }: Place) {
  const save = useStore(autosave.state);
  return save.kind === "saved" ? <Told workflowId={workflowId} revision={autosave.savedRevision} /> : <span className={styles.line}>{unsaved(save)}</span>;
}

const unsaved = (save: SaveState): string =>
  save.kind === "pending" || save.kind === "saving" ? "Working out what it costs…" : "What it costs is told when the draft is saved.";

function Told({ workflowId, revision }: { workflowId: string; revision: number }) {
  const state = useForecast(workflowId, revision);
  const lines = state.kind === "ready" ? forecastHint(state.value).lines : [state.kind === "loading" ? "Working out what it costs…" : `What it costs cannot be told now. ${state.error.message}`];
  return lines.map((line) => (
    <span key={line} className={styles.line}>
      {line}
    </span>
  ));
}

function useForecast(workflowId: string, revision: number): Resource<ForecastOut> {
  const lastRun = runOf(runStore.getView())?.id ?? "";
  const store = useMemo(() => cache.of(workflowId, revision, lastRun), [workflowId, revision, lastRun]);
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The same in a few letters, where nothing can rest on the button: told once the draft has been left alone for a moment. */
export function RunForecastMark({ workflowId, autosave }: Place) {
  const save = useStore(autosave.state);
  const [quiet, setQuiet] = useState<SaveState | null>(null);
  useEffect(() => {
    const timer = window.setTimeout(() => setQuiet(save), QUIET_MS);
    return () => window.clearTimeout(timer);
  }, [save]);
  return quiet === save && save.kind === "saved" ? <Mark workflowId={workflowId} revision={autosave.savedRevision} /> : null;
}

function Mark({ workflowId, revision }: { workflowId: string; revision: number }) {
  const state = useForecast(workflowId, revision);
  if (state.kind === "loading") return null;
  return <span className={styles.mark}>{state.kind === "ready" ? `Likely ${forecastHint(state.value).short}` : "Cost unknown"}</span>;
}
