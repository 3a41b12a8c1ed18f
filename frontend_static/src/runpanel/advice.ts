/** What would make a run faster, by rules, from what was measured on the way that it waited for. */
import type { Graph } from "../document/connect";
import type { Step } from "../runs/critical";
import type { Millis, NodeState, RunState } from "../runs/types";
import { needlessWaits } from "./needless";
import type { NodeName } from "./timeline";

/** Less than this share of the way, and less time than this, are not worth a sentence. */
const SHARE = 0.3;
const LEAST_MS = 500;
const MOST = 3;
const MODELS: ReadonlySet<string> = new Set(["llm", "agent", "ai_router", "evaluate"]);
const FETCHING: ReadonlySet<string> = new Set(["http_request", "search_knowledge"]);
const LEAST_ITEMS = 3;

/** At most three sentences: what need not be waited for, then about the largest shares first. */
export function adviceOf(run: RunState, path: readonly Step[], nodes: readonly NodeName[], graph: Graph): string[] {
  const whole = path.reduce((sum, { millis }) => sum + millis, 0);
  const large = [...path].sort((a, b) => b.millis - a.millis).filter(({ millis }) => millis >= LEAST_MS && millis / whole >= SHARE);
  const said = large.flatMap(({ key, nodeId, millis }) => {
    const node = run.nodes.get(key);
    const name = nodes.find(({ id }) => id === nodeId);
    return node ? sentences(run, node, { name: name?.name || nodeId, type: name?.type ?? "", share: Math.round((millis / whole) * 100), millis }) : [];
  });
  return [...needlessWaits(graph, path), ...said].slice(0, MOST);
}

interface Fact {
  name: string;
  type: string;
  share: number;
  millis: Millis;
}

function sentences(run: RunState, node: NodeState, { name, type, share, millis }: Fact): string[] {
  const waited = waitedBetween(node);
  if (waited / millis >= SHARE) return [`${name} waited between ${node.attempt} attempts: a shorter backoff in its policy helps if what it asks recovers quickly.`];
  if (type === "approval" || type === "wait" || type === "webhook_wait") return [`${share} % was waiting at ${name}, in which nothing could be done: start earlier what does not need its answer.`];
  if (type === "map" && oneAtATime(run, node)) return [`${name} worked on one item at a time: raise how many it works on at once.`];
  if (MODELS.has(type)) return [`${name} took ${share} %: a smaller model (default/cheap), a shorter prompt or answer, or keeping its results for equal input would shorten it.`];
  if (FETCHING.has(type)) return [`${name} took ${share} %: keeping its results for some time (in its policy) saves asking again for the same.`];
  return [];
}

/** The time between the end of one attempt and the beginning of the next. */
function waitedBetween({ spans, attempt }: NodeState): Millis {
  if (attempt < 2) return 0;
  const attempts = spans.filter(({ what }) => what === "attempt");
  return attempts.slice(1).reduce((sum, { from }, index) => sum + Math.max(0, from - (attempts[index]?.to ?? from)), 0);
}

/** Whether no two items of a map were at work at the same time, as far as the run tells of its items. */
function oneAtATime(run: RunState, map: NodeState): boolean {
  const items = new Map<string, { from: Millis; to: Millis }>();
  for (const { scopePath, startedAt, finishedAt } of run.nodes.values()) {
    const item = itemOf(scopePath, map.key);
    if (item === null || startedAt === null || finishedAt === null) continue;
    const before = items.get(item);
    items.set(item, { from: Math.min(before?.from ?? startedAt, startedAt), to: Math.max(before?.to ?? finishedAt, finishedAt) });
  }
  const ordered = [...items.values()].sort((a, b) => a.from - b.from);
  return ordered.length >= LEAST_ITEMS && ordered.every(({ from }, index) => index === 0 || from >= (ordered[index - 1]?.to ?? 0));
}

function itemOf(scopePath: string, map: string): string | null {
  const rest = scopePath.startsWith(map) ? scopePath.slice(map.length) : "";
  return /^(?:~\d+)?#\d+(?=\/)/.exec(rest)?.[0] ?? null;
}
