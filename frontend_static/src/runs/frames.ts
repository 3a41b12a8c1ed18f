import type { Fault, NodeStatus, RunOut, Usage } from "../contracts/api";
import { EXECUTED, type Decision, type Millis, type NodeFinish, type Origin, type Part, type ProgressStep, type RunEvent } from "./types";

export type Frame =
  | { kind: "events"; events: RunEvent[] }
  | { kind: "delta"; node: string; attempt: number; offset: number; text: string }
  | { kind: "part"; node: string; part: Part }
  | { kind: "heartbeat"; lastSeq: number }
  | { kind: "snapshot"; seq: number; run: RunOut };

/** A frame that does not say what it must. The socket answers it with a fresh snapshot, never with a guess. */
export class FrameError extends Error {}

type Raw = Record<string, unknown>;

/** Read one message of the run socket. Throws `FrameError` on anything malformed. */
export function parseFrame(text: string): Frame {
  const raw = record(parseJson(text), "frame");
  switch (raw.kind) {
    case "events":
      return { kind: "events", events: list(raw.events, "events").map(parseEvent) };
    case "delta":
      return { kind: "delta", node: str(raw.node, "node"), attempt: int(raw.attempt, "attempt"), offset: int(raw.offset, "offset"), text: str(raw.text, "text") };
    case "part":
      return { kind: "part", node: str(raw.node, "node"), part: { first: int(raw.first, "first"), done: int(raw.done, "done"), failed: int(raw.failed, "failed"), running: int(raw.running, "running") } };
    case "heartbeat":
      return { kind: "heartbeat", lastSeq: int(raw.last_seq, "last_seq") };
    case "snapshot":
      return { kind: "snapshot", seq: int(raw.seq, "seq"), run: parseRun(raw.run) };
    default:
      throw new FrameError(`unknown frame kind ${JSON.stringify(raw.kind)}`);
  }
}

function parseRun(value: unknown): RunOut {
  const raw = record(value, "run");
  str(raw.id, "run.id");
  str(raw.status, "run.status");
  list(raw.node_runs, "run.node_runs");
  return raw as unknown as RunOut;
}

/** Read one event. A kind of a newer server gives `unknown`, which the reducer answers with `stale`. */
export function parseEvent(value: unknown): RunEvent {
  const raw = record(value, "event");
  const data = raw.data === null || raw.data === undefined ? {} : record(raw.data, "data");
  const base = { seq: int(raw.seq, "seq"), at: millis(raw.at, "at") };
  const kind = str(raw.kind, "kind");
  if (kind === "log") return { ...base, kind, node: raw.node === null || raw.node === undefined ? null : str(raw.node, "node") };
  return parseRunEvent(kind, base, data) ?? parseNodeEvent(kind, base, raw, data) ?? { ...base, kind: "unknown", name: kind };
}

type Base = { seq: number; at: Millis };

function parseRunEvent(kind: string, base: Base, data: Raw): RunEvent | null {
  switch (kind) {
    case "run.started":
    case "run.succeeded":
      return { ...base, kind };
    case "budget":
      return { ...base, kind, usd: numberOrNull(data.usd), tokens: numberOrNull(data.tokens) };
    case "run.waiting":
      return { ...base, kind, wakeAt: millisOrNull(data.wake_at, "wake_at") };
    case "run.resumed":
    case "run.cancelled":
      return { ...base, kind, reason: text(data.reason) };
    case "run.failed":
      return { ...base, kind, error: faultOrNull(data.error) };
    default:
      return null;
  }
}

function parseNodeEvent(kind: string, base: Base, raw: Raw, data: Raw): RunEvent | null {
  const node = (): Base & { node: string } => ({ ...base, node: str(raw.node, "node") });
  const attempt = (): number => int(data.attempt, "attempt");
  switch (kind) {
    case "node.started":
      return { ...node(), kind, attempt: attempt() };
    case "node.retry":
      return { ...node(), kind, attempt: attempt(), error: faultOrNull(data.error), wakeAt: millisOrNull(data.wake_at, "wake_at"), lost: data.lost === true, usage: usageOrNull(data.usage) };
    case "node.waiting":
      return { ...node(), kind, attempt: attempt(), wakeAt: millisOrNull(data.wake_at, "wake_at"), reason: text(data.reason), usage: usageOrNull(data.usage) };
    case "node.finished":
      return { ...node(), kind, ...parseFinish(data) };
    case "node.skipped":
      return { ...node(), kind, status: oneOf(data.status, ["skipped", "upstream_failed"] as const, "status"), reason: text(data.reason) };
    case "step":
      return { ...node(), kind, isCall: data.kind === "call", usage: usageOrNull(data.usage) };
    case "map.progress":
      return { ...node(), kind, step: parseProgress(data) };
    default:
      return null;
  }
}

const ENDS = ["succeeded", "failed", "cancelled"] as const satisfies readonly NodeStatus[];

function parseFinish(data: Raw): NodeFinish {
  return {
    status: oneOf(data.status, ENDS, "status"),
    attempt: int(data.attempt, "attempt"),
    ports: Array.isArray(data.ports) ? data.ports.map((port) => str(port, "ports")) : [],
    error: faultOrNull(data.error),
    reason: text(data.reason),
    handled: text(data.handled),
    degraded: data.degraded === true,
    usage: usageOrNull(data.usage),
    preview: typeof data.preview === "string" ? data.preview : null,
    startedAt: millisOrNull(data.started_at, "started_at"),
    origin: readOrigin(data),
    decision: readDecision(data.details),
  };
}

/** Read what a model decided, from the details of a node run or from what a snapshot has of them. */
export function readDecision(details: unknown): Decision | null {
  if (typeof details !== "object" || details === null) return null;
  const raw = details as Raw;
  const [confidence, score] = [numberOrNull(raw.confidence), numberOrNull(raw.score)];
  if (confidence === null && score === null) return null;
  return { reason: text(raw.reason), confidence, score };
}

const HOWS = ["reused", "cached", "pinned"] as const;

/** Read where a result comes from, from an event or from a node run. */
export function readOrigin(from: object): Origin {
  const raw = from as Raw;
  const how = HOWS.find((word) => word === raw.origin);
  if (how === undefined) return EXECUTED;
  return { how, from: typeof raw.reused_from === "string" ? raw.reused_from : null, stale: raw.stale === true };
}

function parseProgress(data: Raw): ProgressStep {
  const total = data.total === null || data.total === undefined ? null : int(data.total, "total");
  const item = data.item === undefined ? null : record(data.item, "item");
  const items = data.items === undefined ? [] : list(data.items, "items").map((index) => int(index, "items"));
  const turn = data.turn === undefined ? null : record(data.turn, "turn");
  return {
    counts: { done: int(data.done, "done"), failed: int(data.failed, "failed"), running: int(data.running, "running"), total },
    failed: item === null ? items : [int(item.index, "item.index")],
    shards: data.shards === undefined ? null : list(data.shards, "shards").map((first) => int(first, "shards")),
    score: turn && typeof turn.score === "number" ? { turn: String(int(turn.index, "turn.index")), value: turn.score } : null,
  };
}

const numberOrNull = (value: unknown): number | null => (typeof value === "number" ? value : null);

function usageOrNull(value: unknown): Usage | null {
  if (value === null || value === undefined) return null;
  const raw = record(value, "usage");
  const number = (part: unknown): number => (typeof part === "number" ? part : 0);
  return { input_tokens: number(raw.input_tokens), output_tokens: number(raw.output_tokens), cost_usd: number(raw.cost_usd), model: text(raw.model) };
}

function faultOrNull(value: unknown): Fault | null {
  if (value === null || value === undefined) return null;
  const raw = record(value, "error");
  return { ...raw, code: str(raw.code, "error.code"), message: text(raw.message) || str(raw.code, "error.code") };
}

/** A moment as milliseconds: the wire carries ISO 8601 text or seconds. */
export function millis(value: unknown, name = "time"): Millis {
  if (typeof value === "number" && Number.isFinite(value)) return value * 1000;
  const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(parsed)) throw new FrameError(`${name} is no moment in time: ${JSON.stringify(value)}`);
  return parsed;
}

export function millisOrNull(value: unknown, name = "time"): Millis | null {
  return value === null || value === undefined ? null : millis(value, name);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new FrameError("the frame is not JSON");
  }
}

function record(value: unknown, name: string): Raw {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new FrameError(`${name} must be an object`);
  return value as Raw;
}

function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw new FrameError(`${name} must be a list`);
  return value;
}

function str(value: unknown, name: string): string {
  if (typeof value !== "string") throw new FrameError(`${name} must be text`);
  return value;
}

function int(value: unknown, name: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw new FrameError(`${name} must be a whole number`);
  return value;
}

function oneOf<Word extends string>(value: unknown, words: readonly Word[], name: string): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new FrameError(`${name} must be one of ${words.join(", ")}`);
  return found;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
