import { forecastGet } from "../api/forecast";
import { ResourceStore } from "../api/useResource";
import type { ForecastOut } from "../contracts/api";

type Ask = (workflowId: string, input: Record<string, never>, options: { signal: AbortSignal }) => Promise<ForecastOut>;

/** What a run of the draft without an input would cost: asked once for each saved draft and last run, and anew after a failure. */
export class ForecastCache {
  private kept: { key: string; store: ResourceStore<string, ForecastOut> } | null = null;

  constructor(private readonly ask: Ask = forecastGet) {}

  of(workflowId: string, revision: number, lastRun: string): ResourceStore<string, ForecastOut> {
    const key = JSON.stringify([workflowId, revision, lastRun]);
    if (this.kept?.key === key && this.kept.store.get().kind !== "failed") return this.kept.store;
    const store = new ResourceStore((id: string, signal: AbortSignal) => this.ask(id, {}, { signal }), workflowId);
    this.kept = { key, store };
    void store.load();
    return store;
  }
}
