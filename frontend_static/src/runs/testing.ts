import type { EventOut, NodeRunOut, RunOut } from "../contracts/api";
import { parseEvent } from "./frames";
import type { RunEvent } from "./types";

/** Builders for tests: facts as the server would send them. */
export const T0 = Date.parse("2025-03-01T10:00:00Z");

export function iso(offsetMillis: number): string {
  return new Date(T0 + offsetMillis).toISOString();
}

export function runOut(over: Partial<RunOut> = {}): RunOut {
  return {
    id: "r1",
    workflow: { id: "w1", name: "Triage" },
    version: null,
    status: "queued",
    created_at: iso(0),
    started_at: null,
    finished_at: null,
    error: null,
    usage: {},
    budget: { usd: null, tokens: null, on: "ask", model: "" },
    input: {},
    output: null,
    seq: 0,
    node_runs: [],
    kind: "normal",
    base_run: null,
    parent_run: null,
    from_node: "",
    is_test: false,
    trigger: "api",
    fired_by: null,
    ...over,
  };
}

export function nodeRunOut(key: string, over: Partial<NodeRunOut> = {}): NodeRunOut {
  const cut = key.lastIndexOf("/") + 1;
  return {
    key,
    node_id: key.slice(cut),
    scope_path: key.slice(0, cut),
    status: "succeeded",
    reason: "",
    attempt: 1,
    attempts: [],
    ports: ["out"],
    started_at: iso(0),
    finished_at: iso(100),
    error: null,
    usage: null,
    degraded: false,
    wake_at: null,
    preview: null,
    origin: "",
    reused_from: null,
    stale: false,
    progress: null,
    ...over,
  };
}

/** Numbered wire events from `[kind, node, data]`, one every 10 ms. */
export function wire(...facts: [kind: string, node?: string | null, data?: EventOut["data"]][]): EventOut[] {
  return facts.map(([kind, node = null, data = {}], index) => ({ seq: index + 1, at: iso((index + 1) * 10), kind, node, data }));
}

export function events(...facts: Parameters<typeof wire>): RunEvent[] {
  return wire(...facts).map(parseEvent);
}

/** A repeatable source of numbers in [0, 1): property tests must fail the same way twice. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
