/** What a run waited for although it used nothing of it. Said only where the order can matter to nobody. */
import type { Json } from "../contracts/api";
import type { EdgeDoc, NodeDoc } from "../contracts/document";
import { reachable, type Graph } from "../document/connect";
import { expressionRoots, templateRoots } from "../document/references";
import type { Step } from "../runs/critical";
import { formatDuration } from "../ui/format";

/** Less of the way than this, and less time than this, is not worth drawing anew. */
const SHARE = 0.2;
const LEAST_MS = 500;
const READS: ReadonlySet<unknown> = new Set([undefined, "GET", "HEAD"]);
/** Types that take what arrives at them only where their params say so, with the param that stands for it by itself. */
const EXPLICIT: Readonly<Record<string, string | null>> = { llm: null, http_request: null, template: null, search_knowledge: "query", output: "value" };

/** For each node on the way that began only because the one before it had ended: what to connect instead. */
export function needlessWaits(graph: Graph, path: readonly Step[]): string[] {
  const whole = path.reduce((sum, { millis }) => sum + millis, 0);
  return path.slice(1).flatMap((second, index) => {
    const first = path[index] as Step;
    const saved = Math.min(first.millis, second.millis);
    if (saved < LEAST_MS || saved / whole < SHARE) return [];
    const instead = rewired(graph, graph.nodes.get(first.nodeId), graph.nodes.get(second.nodeId));
    if (instead === null) return [];
    const [waited, waits] = [nameOf(graph, first.nodeId), nameOf(graph, second.nodeId)];
    return [`${waits} waits for ${waited} and uses nothing of it. ${instead}, and both run at once: up to ${formatDuration(saved / 1000)} less.`];
  });
}

/** What to connect so that `second` no longer waits for `first`; null where anything may depend on the order. */
function rewired(graph: Graph, first: NodeDoc | undefined, second: NodeDoc | undefined): string | null {
  if (!first || !second || !onlyReads(first) || !onlyReads(second) || takesInput(second) || names(second, first.id)) return null;
  const before = onlyEdge(graph, "target", first.id);
  const between = onlyEdge(graph, "target", second.id);
  if (!before || between?.source !== first.id) return null;
  const follow = following(graph, second.id);
  if ([first, second, ...follow].some(({ policy }) => (policy.join ?? "all") !== "all" || (policy.on_error ?? "fail") !== "fail")) return null;
  const others = [...graph.edges.values()].filter(({ source, target }) => source === first.id && target !== second.id);
  const advice = `Connect ${nameOf(graph, second.id)} to ${nameOf(graph, before.source)} instead`;
  if (!follow.some((node) => names(node, first.id))) return others.length > 0 && others.every(isPlain) ? advice : null;
  const meeting = meetingOf(graph, second.id);
  return others.length === 0 && meeting ? `${advice}, and ${nameOf(graph, first.id)} to ${nameOf(graph, meeting.id)}` : null;
}

/** The one node after this one that can wait for another as well without receiving anything else than before. */
function meetingOf(graph: Graph, id: string): NodeDoc | null {
  const edge = onlyEdge(graph, "source", id);
  const node = edge && graph.nodes.get(edge.target);
  return node && node.type in EXPLICIT && onlyEdge(graph, "target", node.id) && !takesInput(node) ? node : null;
}

function onlyEdge({ edges }: Graph, end: "source" | "target", id: string): EdgeDoc | null {
  const found = [...edges.values()].filter((edge) => edge[end] === id);
  return found.length === 1 && found[0] && isPlain(found[0]) ? found[0] : null;
}

const isPlain = ({ source_port, target_port }: EdgeDoc): boolean => source_port === "out" && target_port === "in";

/** All that comes after a node, with what is inside of it and the tools that it may call. */
function following({ nodes, edges }: Graph, id: string): NodeDoc[] {
  const next = new Map<string, string[]>();
  const lead = (from: string, to: string): void => void next.set(from, [...(next.get(from) ?? []), to]);
  for (const { source, target, target_port } of edges.values()) {
    lead(source, target);
    if (target_port === "tools") lead(target, source);
  }
  for (const { id: inner, parent } of nodes.values()) if (parent !== null) lead(parent, inner);
  return [...reachable([id], next)].flatMap((one) => nodes.get(one) ?? []);
}

/** Whether running it earlier, or beside another, changes nothing anywhere. */
function onlyReads({ type, params, policy }: NodeDoc): boolean {
  return !policy.disabled && (type === "llm" || type === "search_knowledge" || (type === "http_request" && READS.has(params.method)));
}

function takesInput({ type, params, policy }: NodeDoc): boolean {
  const own = EXPLICIT[type];
  if (own && params[own] === undefined) return true;
  const roots = textsOf([params, policy as Json]).flatMap((text) => [...(text.includes("{{") ? templateRoots(text) : [])]);
  const bare = typeof params.check === "string" ? [...expressionRoots(params.check)] : [];
  return [...roots, ...bare].some((root) => root === "input" || root === "inputs");
}

/** Whether a node names another anywhere in its settings, be it only in prose. */
function names({ params, policy }: NodeDoc, id: string): boolean {
  const word = new RegExp(`(?<!\\w)${id.replace(/[^\w]/g, "\\$&")}(?!\\w)`);
  return textsOf([params, policy as Json]).some((text) => word.test(text));
}

function textsOf(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return typeof value === "object" && value !== null ? Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]) : [];
}

const nameOf = ({ nodes }: Graph, id: string): string => nodes.get(id)?.name || id;
