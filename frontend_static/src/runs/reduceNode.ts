import { EXECUTED, splitKey, type NodeState, type Part, type RunEvent, type Span } from "./types";
import { addAttempt } from "./usage";

type Of<Kind extends RunEvent["kind"]> = Extract<RunEvent, { kind: Kind }>;

/** A node run of which nothing is known but its name. */
export function freshNode(key: string): NodeState {
  return {
    key,
    ...splitKey(key),
    status: "pending",
    reason: "",
    attempt: 0,
    ports: [],
    startedAt: null,
    finishedAt: null,
    wakeAt: null,
    error: null,
    usage: null,
    degraded: false,
    preview: null,
    origin: EXECUTED,
    progress: null,
    steps: 0,
    calls: 0,
    decision: null,
    spans: [],
  };
}

export function applyStart(node: NodeState, event: Of<"node.started">): NodeState {
  const spans = [...closed(node.spans, event.at, "failed"), attempt(event.attempt, event.at)];
  return { ...node, status: "running", reason: "", attempt: event.attempt, startedAt: node.startedAt ?? event.at, wakeAt: null, progress: null, spans };
}

export function applyRetry(node: NodeState, event: Of<"node.retry">): NodeState {
  const ended = closed(node.spans, event.at, event.lost ? "lost" : "failed");
  const spans = [...ended, wait(event.attempt, event.at)];
  const usage = addAttempt(node.usage, event.usage);
  return { ...node, status: "waiting", reason: event.lost ? "lost" : "retry", attempt: event.attempt, error: event.error, wakeAt: event.wakeAt, usage, spans };
}

export function applyWait(node: NodeState, event: Of<"node.waiting">): NodeState {
  const spans = [...closed(node.spans, event.at, "succeeded"), wait(event.attempt, event.at)];
  return { ...node, status: "waiting", reason: event.reason, attempt: event.attempt, wakeAt: event.wakeAt, usage: addAttempt(node.usage, event.usage), spans };
}

export function applyFinish(node: NodeState, event: Of<"node.finished">): NodeState {
  const startedAt = node.startedAt ?? event.startedAt;
  const open = node.spans.length === 0 && event.startedAt !== null ? [attempt(event.attempt, event.startedAt)] : node.spans;
  return {
    ...node,
    status: event.status,
    reason: event.reason || event.handled,
    attempt: event.attempt,
    ports: event.ports,
    startedAt,
    finishedAt: event.at,
    wakeAt: null,
    error: event.error,
    usage: addAttempt(node.usage, event.usage),
    degraded: event.degraded,
    preview: event.preview,
    origin: event.origin,
    decision: event.decision,
    spans: closed(open, event.at, event.status),
  };
}

/** A step of an agent, or another node's call of a model: what it was is read when somebody looks. */
export function applyStep(node: NodeState, event: Of<"step">): NodeState {
  if (event.isCall) return { ...node, calls: node.calls + 1 };
  return { ...node, steps: node.steps + 1, usage: addAttempt(node.usage, event.usage) };
}

/** As many failed items are listed by number. */
const LISTED = 100;

export function applyProgress(node: NodeState, { step }: Of<"map.progress">): NodeState {
  const { failures, scores, parts } = node.progress ?? { failures: [], scores: {}, parts: null };
  const progress = {
    ...step.counts,
    failures: step.failed.length === 0 || failures.length >= LISTED ? failures : [...failures, ...step.failed].slice(0, LISTED),
    parts: step.shards && step.shards.map((first) => parts?.find((part) => part.first === first) ?? { first, done: 0, failed: 0, running: 0 }),
    scores: step.score === null ? scores : { ...scores, [step.score.turn]: step.score.value },
  };
  return { ...node, progress };
}

/** Take in how far a part is; of one that is not at work, or is counted already, nothing is taken in. */
export function applyPart(node: NodeState, part: Part): NodeState {
  const { progress } = node;
  if (!progress?.parts?.some(({ first }) => first === part.first)) return node;
  return { ...node, progress: { ...progress, parts: progress.parts.map((one) => (one.first === part.first ? part : one)) } };
}

export function skipNode(node: NodeState, event: Of<"node.skipped">): NodeState {
  return { ...node, status: event.status, reason: event.reason, finishedAt: event.at, wakeAt: null };
}

function attempt(number: number, from: number): Span {
  return { what: "attempt", attempt: number, from, to: null, end: "running" };
}

function wait(number: number, from: number): Span {
  return { what: "wait", attempt: number, from, to: null, end: "running" };
}

function closed(spans: readonly Span[], at: number, end: Span["end"]): readonly Span[] {
  const last = spans.at(-1);
  if (last === undefined || last.to !== null) return spans;
  return [...spans.slice(0, -1), { ...last, to: at, end: last.what === "wait" && end !== "cancelled" ? "succeeded" : end }];
}
