import type { Fault, JsonObject, NodeStatus, RunKind, RunStatus, Usage } from "../contracts/api";

/** Times here are milliseconds since the epoch, whatever form they arrived in. */
export type Millis = number;

interface EventBase {
  seq: number;
  at: Millis;
}

interface NodeEventBase extends EventBase {
  node: string;
}

export type RunEvent =
  | (EventBase & { kind: "run.started" })
  | (EventBase & { kind: "run.waiting"; wakeAt: Millis | null })
  | (EventBase & { kind: "run.resumed"; reason: string })
  | (EventBase & { kind: "run.succeeded" })
  | (EventBase & { kind: "run.failed"; error: Fault | null })
  | (EventBase & { kind: "run.cancelled"; reason: string })
  | (NodeEventBase & { kind: "node.started"; attempt: number })
  | (NodeEventBase & { kind: "node.retry"; attempt: number; error: Fault | null; wakeAt: Millis | null; lost: boolean; usage: Usage | null })
  | (NodeEventBase & { kind: "node.waiting"; attempt: number; wakeAt: Millis | null; reason: string; usage: Usage | null })
  | (NodeEventBase & NodeFinish & { kind: "node.finished" })
  | (NodeEventBase & { kind: "node.skipped"; status: "skipped" | "upstream_failed"; reason: string })
  | (NodeEventBase & { kind: "map.progress"; step: ProgressStep })
  | (NodeEventBase & { kind: "step"; isCall: boolean; usage: Usage | null })
  | (EventBase & { kind: "budget"; usd: number | null; tokens: number | null })
  | (EventBase & { kind: "log"; node: string | null })
  | (EventBase & { kind: "unknown"; name: string });

export interface NodeFinish {
  status: "succeeded" | "failed" | "cancelled";
  attempt: number;
  ports: string[];
  error: Fault | null;
  reason: string;
  /** What a failure led to: `port`, `skip`, or empty where nothing took it. */
  handled: string;
  degraded: boolean;
  usage: Usage | null;
  preview: string | null;
  startedAt: Millis | null;
  origin: Origin;
  decision: Decision | null;
}

/** What a model decided, and why: the case it chose or the score it gave. */
export interface Decision {
  reason: string;
  /** From 0 to 1: how sure it was of a case, or how good a value is. */
  confidence: number | null;
  score: number | null;
}

/** Where a result comes from: work of this run (`how` is empty), an earlier run, a cache, or a pinned value. */
export interface Origin {
  how: "" | "reused" | "cached" | "pinned";
  /** The run in which the work was done. */
  from: string | null;
  /** The node has changed since. */
  stale: boolean;
}

export const EXECUTED: Origin = { how: "", from: null, stale: false };

export interface Progress {
  done: number;
  failed: number;
  running: number;
  total: number | null;
  /** The first items that failed, by number. */
  failures: readonly number[];
  /** Of a loop: how good each turn was, by its number. */
  scores: Readonly<Record<string, number>>;
  /** Of a map that several workers share: what is at work, on top of the counts. */
  parts: readonly Part[] | null;
}

/** How far some items of a map are, from `first` on. */
export interface Part {
  first: number;
  done: number;
  failed: number;
  running: number;
}

/** What one event says about it; the reducer adds it up. */
export interface ProgressStep {
  counts: Pick<Progress, "done" | "failed" | "running" | "total">;
  failed: readonly number[];
  /** Of a map that is shared: the first items of the parts that are not counted yet. */
  shards: readonly number[] | null;
  score: { turn: string; value: number } | null;
}

/** A stretch of time on the waterfall: an attempt at work, or a wait between or after attempts. */
export interface Span {
  what: "attempt" | "wait";
  attempt: number;
  from: Millis;
  to: Millis | null;
  /** How the attempt ended; `lost` died with its worker. */
  end: "running" | "succeeded" | "failed" | "cancelled" | "lost";
}

export interface NodeState {
  key: string;
  nodeId: string;
  scopePath: string;
  status: NodeStatus;
  reason: string;
  attempt: number;
  ports: readonly string[];
  startedAt: Millis | null;
  finishedAt: Millis | null;
  wakeAt: Millis | null;
  error: Fault | null;
  usage: Usage | null;
  degraded: boolean;
  preview: string | null;
  origin: Origin;
  progress: Progress | null;
  /** Of agents: how many times something was told of their steps. */
  steps: number;
  /** Of all others: how many calls of models they made. */
  calls: number;
  decision: Decision | null;
  spans: readonly Span[];
}

export interface RunState {
  id: string;
  workflow: { id: string; name: string };
  version: number | null;
  kind: RunKind;
  /** The run whose results this one could take over. */
  baseRun: string | null;
  /** The run whose node started this one, without waiting for it. */
  parentRun: string | null;
  status: RunStatus;
  seq: number;
  createdAt: Millis;
  startedAt: Millis | null;
  finishedAt: Millis | null;
  wakeAt: Millis | null;
  /** Why the run was cancelled or resumed last, in the server's word. */
  reason: string;
  error: Fault | null;
  input: JsonObject;
  output: JsonObject | null;
  usage: Usage;
  /** What it may spend; null where there is no limit. */
  budget: { usd: number | null; tokens: number | null };
  nodes: ReadonlyMap<string, NodeState>;
  /** The key that moved last for each node id: what the canvas shows for a node inside containers. */
  latest: ReadonlyMap<string, string>;
}

export const NO_USAGE: Usage = { input_tokens: 0, output_tokens: 0, cost_usd: 0 };

export const RUN_TERMINAL: ReadonlySet<RunStatus> = new Set(["succeeded", "failed", "cancelled"]);

export const NODE_TERMINAL: ReadonlySet<NodeStatus> = new Set(["succeeded", "failed", "skipped", "cancelled", "upstream_failed"]);

/** The node id and the scope path that a key is made of: `each#2/score` is `score` in `each#2/`. */
export function splitKey(key: string): { nodeId: string; scopePath: string } {
  const cut = key.lastIndexOf("/") + 1;
  return { nodeId: key.slice(cut), scopePath: key.slice(0, cut) };
}

/** For a node run inside a called workflow, the key of the (outermost) call: its node stands for all of it on the canvas. */
export function callAround(key: string): string | null {
  let before = "";
  for (const part of splitKey(key).scopePath.split("/").filter(Boolean)) {
    if (!part.includes("#")) return before + part.replace(/~\d+$/, "");
    before += `${part}/`;
  }
  return null;
}
