import { assertNever } from "./assertNever";
import { applyFinish, applyProgress, applyRetry, applyStart, applyStep, applyWait, freshNode, skipNode } from "./reduceNode";
import { addUsage } from "./usage";
import { callAround, NODE_TERMINAL, type NodeState, type RunEvent, type RunState } from "./types";

/** `stale`: the events do not continue what is known, so only a fresh snapshot can be trusted. `state` is the last good one. */
export type Reduced =
  | { kind: "ok"; state: RunState; touched: ReadonlySet<string> }
  | { kind: "stale"; why: "gap" | "unknown"; state: RunState; touched: ReadonlySet<string> };

interface Draft {
  state: RunState;
  nodes: Map<string, NodeState>;
  latest: Map<string, string>;
  touched: Set<string>;
}

/** Fold one event into the state of a run. */
export function reduceRun(state: RunState, event: RunEvent): Reduced {
  return reduceRunEvents(state, [event]);
}

/**
 * Fold events in order. Those already known (by `seq`) change nothing; a gap or an unknown kind stops the fold.
 * The maps are copied once a batch, so a batch costs what it holds and not what the run holds per event.
 */
export function reduceRunEvents(state: RunState, events: readonly RunEvent[]): Reduced {
  const draft: Draft = { state: { ...state }, nodes: new Map(state.nodes), latest: new Map(state.latest), touched: new Set() };
  for (const event of events) {
    if (event.seq <= draft.state.seq) continue;
    if (event.seq > draft.state.seq + 1) return finish(draft, "gap");
    if (event.kind === "unknown") return finish(draft, "unknown");
    apply(draft, event);
    draft.state.seq = event.seq;
  }
  return finish(draft, null);
}

function finish(draft: Draft, why: "gap" | "unknown" | null): Reduced {
  const state = { ...draft.state, nodes: draft.nodes, latest: draft.latest };
  return why === null ? { kind: "ok", state, touched: draft.touched } : { kind: "stale", why, state, touched: draft.touched };
}

type KnownEvent = Exclude<RunEvent, { kind: "unknown" }>;

function apply(draft: Draft, event: KnownEvent): void {
  const run = draft.state;
  switch (event.kind) {
    case "run.started":
      return void Object.assign(run, { status: "running", startedAt: run.startedAt ?? event.at, wakeAt: null });
    case "run.waiting":
      return void Object.assign(run, { status: "waiting", wakeAt: event.wakeAt });
    case "run.resumed":
      return void Object.assign(run, { status: "running", wakeAt: null, reason: event.reason });
    case "run.succeeded":
      return void Object.assign(run, { status: "succeeded", finishedAt: event.at, wakeAt: null });
    case "run.failed":
      return void Object.assign(run, { status: "failed", finishedAt: event.at, wakeAt: null, error: event.error });
    case "run.cancelled":
      return void Object.assign(run, { status: "cancelled", finishedAt: event.at, wakeAt: null, reason: event.reason });
    case "node.started":
      return put(draft, applyStart(node(draft, event.node), event));
    case "node.retry":
      run.usage = addUsage(run.usage, event.usage);
      return put(draft, applyRetry(node(draft, event.node), event));
    case "node.waiting":
      run.usage = addUsage(run.usage, event.usage);
      return put(draft, applyWait(node(draft, event.node), event));
    case "node.finished":
      run.usage = addUsage(run.usage, event.usage);
      return put(draft, applyFinish(node(draft, event.node), event));
    case "node.skipped":
      return put(draft, skipNode(node(draft, event.node), event));
    case "step":
      run.usage = addUsage(run.usage, event.usage);
      return put(draft, applyStep(node(draft, event.node), event));
    case "map.progress":
      return put(draft, applyProgress(node(draft, event.node), event));
    case "log":
      return event.node === null ? undefined : void draft.touched.add(event.node);
    case "budget":
      return void Object.assign(run, { budget: { usd: event.usd, tokens: event.tokens } });
    default:
      return assertNever(event);
  }
}

function node(draft: Draft, key: string): NodeState {
  return draft.nodes.get(key) ?? freshNode(key);
}

/** What has ended stays as it ended, as in the engine. */
function put(draft: Draft, next: NodeState): void {
  const before = draft.nodes.get(next.key);
  if (before !== undefined && NODE_TERMINAL.has(before.status)) return;
  draft.nodes.set(next.key, next);
  if (callAround(next.key) === null) draft.latest.set(next.nodeId, next.key);
  draft.touched.add(next.key);
}
