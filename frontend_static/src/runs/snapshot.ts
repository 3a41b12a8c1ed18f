import type { NodeRunOut, RunOut } from "../contracts/api";
import { millis, millisOrNull, readDecision, readOrigin } from "./frames";
import { callAround, NODE_TERMINAL, splitKey, type Millis, type NodeState, type RunState, type Span } from "./types";
import { readUsage } from "./usage";

/** The state of a run from the server's answer: what the events up to `seq` would have given. */
export function fromSnapshot(run: RunOut): RunState {
  const nodes = new Map(run.node_runs.map((raw) => [raw.key, nodeFromSnapshot(raw)]));
  return {
    id: run.id,
    workflow: run.workflow,
    version: run.version,
    kind: run.kind,
    baseRun: run.base_run,
    parentRun: run.parent_run ?? null,
    status: run.status,
    seq: run.seq,
    createdAt: millis(run.created_at),
    startedAt: millisOrNull(run.started_at),
    finishedAt: millisOrNull(run.finished_at),
    wakeAt: run.status === "waiting" ? earliestWake(nodes.values()) : null,
    reason: "",
    error: run.error,
    input: run.input,
    output: run.output,
    usage: readUsage(run.usage),
    budget: { usd: run.budget?.usd ?? null, tokens: run.budget?.tokens ?? null },
    nodes,
    latest: latestKeys(nodes.values()),
  };
}

export function nodeFromSnapshot(raw: NodeRunOut): NodeState {
  const startedAt = millisOrNull(raw.started_at);
  const finishedAt = millisOrNull(raw.finished_at);
  return {
    key: raw.key,
    ...splitKey(raw.key),
    status: raw.status,
    reason: raw.reason,
    attempt: raw.attempt,
    ports: raw.ports,
    startedAt,
    finishedAt,
    wakeAt: NODE_TERMINAL.has(raw.status) ? null : millisOrNull(raw.wake_at),
    error: raw.error,
    usage: raw.usage,
    degraded: raw.degraded,
    preview: raw.preview,
    origin: readOrigin(raw),
    steps: 0,
    calls: 0,
    decision: readDecision(raw.decision),
    progress: raw.progress && { ...raw.progress, parts: raw.progress.parts ?? null },
    spans: spansOf(raw, startedAt, finishedAt),
  };
}

/** Of a node run that was tried once and did not wait its own times say all; of others each attempt is told. */
function spansOf(raw: NodeRunOut, from: Millis | null, to: Millis | null): Span[] {
  if (raw.attempts.length > 0) return spansOfAttempts(raw, to);
  if (from === null) return [];
  const end = raw.status === "succeeded" || raw.status === "failed" || raw.status === "cancelled" ? raw.status : "running";
  return [{ what: raw.status === "waiting" ? "wait" : "attempt", attempt: raw.attempt, from, to, end }];
}

/** Each attempt, and after each the wait for the next one, or for what the node run waits for. */
function spansOfAttempts({ attempts, status: now }: NodeRunOut, to: Millis | null): Span[] {
  const spans: Span[] = [];
  attempts.forEach(({ n, status, started_at, finished_at, waited_from }, index) => {
    const next = attempts[index + 1];
    const [from, ended, waited] = [millis(started_at), millisOrNull(finished_at), millisOrNull(waited_from)];
    const until = next === undefined ? to : millis(next.started_at);
    if (waited !== null) {
      const over = ended ?? until;
      spans.push({ what: "attempt", attempt: n, from, to: waited, end: "succeeded" });
      spans.push({ what: "wait", attempt: n, from: waited, to: over, end: over === null ? "running" : status === "cancelled" ? "cancelled" : "succeeded" });
      return;
    }
    if (status === "waiting") {
      spans.push({ what: "wait", attempt: n, from, to: until, end: until === null ? "running" : "succeeded" });
      return;
    }
    spans.push({ what: "attempt", attempt: n, from, to: ended, end: ENDS.find((end) => end === status) ?? "running" });
    if (ended !== null && (next !== undefined || now === "waiting")) spans.push({ what: "wait", attempt: n, from: ended, to: until, end: until === null ? "running" : "succeeded" });
  });
  return spans;
}

const ENDS = ["succeeded", "failed", "cancelled", "lost"] as const;

function earliestWake(nodes: Iterable<NodeState>): number | null {
  let earliest: number | null = null;
  for (const node of nodes) {
    if (node.wakeAt !== null && (earliest === null || node.wakeAt < earliest)) earliest = node.wakeAt;
  }
  return earliest;
}

function latestKeys(nodes: Iterable<NodeState>): Map<string, string> {
  const moments = new Map<string, number>();
  const latest = new Map<string, string>();
  for (const node of nodes) {
    const moment = node.finishedAt ?? node.startedAt ?? 0;
    if (callAround(node.key) === null && moment >= (moments.get(node.nodeId) ?? -1)) {
      moments.set(node.nodeId, moment);
      latest.set(node.nodeId, node.key);
    }
  }
  return latest;
}
