import { useEffect } from "react";
import { runList } from "../api/runs";
import type { Resource } from "../api/useResource";
import type { Page, RunStatus, RunSummary } from "../contracts/api";

export const RECENT = 50;

export const fetchRecentRuns = (limit: number, signal: AbortSignal) => runList({ limit }, { signal });

const ACTIVE: ReadonlySet<RunStatus> = new Set(["queued", "running", "waiting"]);
const REFRESH_MS = 3_000;
const SLOW_REFRESH_MS = 15_000;

/** The last run of each workflow, among the recent ones. */
export function latestRuns(state: Resource<Page<RunSummary>>): ReadonlyMap<string, RunSummary> {
  const latest = new Map<string, RunSummary>();
  if (state.kind === "ready") for (const run of state.value.items) if (!latest.has(run.workflow.id)) latest.set(run.workflow.id, run);
  return latest;
}

/** Asks anew while something moves: often for running ones, seldom for those that wait. A hidden page does not ask. */
export function useRefreshWhileActive(state: Resource<Page<RunSummary>>, reload: () => Promise<void>): void {
  const every = state.kind === "ready" ? pace(state.value.items) : null;
  useEffect(() => {
    if (every === null) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) void reload();
    }, every);
    return () => clearInterval(timer);
  }, [every, reload]);
}

function pace(runs: readonly RunSummary[]): number | null {
  const active = runs.filter((run) => ACTIVE.has(run.status));
  if (active.length === 0) return null;
  return active.every((run) => run.status === "waiting") ? SLOW_REFRESH_MS : REFRESH_MS;
}
