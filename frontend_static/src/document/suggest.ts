import type { Json, JsonObject } from "../contracts/api";
import type { NodeDoc } from "../contracts/document";
import type { Catalogue } from "./catalogue";
import { predecessors, reachable, type Graph } from "./connect";
import { around } from "./containers";
import { isObject } from "./normalise";

/** A name that an expression of one node may use. */
export interface Suggestion {
  expression: string;
  /** Where it comes from, in words. */
  from: string;
}

/** What a node can refer to: its input, what every node before it gives, and facts of the run. */
export function suggestions(graph: Graph, catalogue: Catalogue, nodeId: string): Suggestion[] {
  const node = graph.nodes.get(nodeId);
  if (!node) return [];
  const before = [...reachable(scopeChain(graph, node), predecessors(graph))].reverse();
  const own: Suggestion[] = (catalogue.typeOf(node)?.inputs.length ?? 1) > 0 ? [{ expression: "input", from: "What arrives at this node" }] : [];
  const fromNodes = before.flatMap((id) => ofNode(graph.nodes.get(id), catalogue));
  const run = [
    { expression: "run.id", from: "The run" },
    { expression: "run.started_at", from: "The run" },
    ...waitUrls(graph, node),
  ];
  return [...own, ...scopeNames(graph, node), ...fromNodes, ...run];
}

/** The addresses of nodes that wait for a call, for those that hand them out. */
function waitUrls(graph: Graph, node: NodeDoc): Suggestion[] {
  const waiting = [...graph.nodes.values()].filter(({ type, parent, id }) => type === "webhook_wait" && parent === node.parent && id !== node.id);
  return waiting.map(({ id, name }) => ({ expression: `run.wait_urls.${id}`, from: `The address of ${name || id}` }));
}

/** What the expressions of a container see that are evaluated after a turn: the nodes inside it, and the turn. */
export function insideSuggestions(graph: Graph, catalogue: Catalogue, nodeId: string): Suggestion[] {
  const node = graph.nodes.get(nodeId);
  if (node?.type !== "loop") return [];
  const inside = [...graph.nodes.values()].filter(({ parent }) => parent === nodeId).flatMap((one) => ofNode(one, catalogue));
  return [...inside, ...["loop.result", "loop.index", "loop.state"].map((expression) => ({ expression, from: "This turn" }))];
}

// Expressions may look outward: what is before a container is before what is in it.
function scopeChain(graph: Graph, node: NodeDoc): string[] {
  const chain = [node.id];
  for (let parent = node.parent; parent !== null && !chain.includes(parent); parent = graph.nodes.get(parent)?.parent ?? null) chain.push(parent);
  return chain;
}

const BY_CONTAINER: Record<string, Suggestion[]> = {
  map: ["item", "index"].map((expression) => ({ expression, from: "The map around" })),
  loop: ["loop.index", "loop.state"].map((expression) => ({ expression, from: "The loop around" })),
};

function scopeNames(graph: Graph, node: NodeDoc): Suggestion[] {
  const names = around(graph.nodes, node.id).flatMap((id) => BY_CONTAINER[graph.nodes.get(id)?.type ?? ""] ?? []);
  return names.filter(({ expression }, index) => names.findIndex((one) => one.expression === expression) === index);
}

function ofNode(node: NodeDoc | undefined, catalogue: Catalogue): Suggestion[] {
  const type = node && catalogue.typeOf(node);
  if (!node || !type?.executable) return [];
  const from = node.name || node.id;
  return [{ expression: node.id, from }, ...keysOf(node).map((key) => ({ expression: `${node.id}.${key}`, from }))];
}

/** The keys of a node's output that its params promise. */
function keysOf({ type, params }: NodeDoc): string[] {
  if (type === "start") return rowsOf(params.fields).map((row) => row.name).filter(isName);
  if (type === "http_request") return ["status", "headers", "body"];
  if (isObject(params.output_schema) && isObject(params.output_schema.properties)) return Object.keys(params.output_schema.properties).filter(isName);
  if (type === "set") return Object.keys(isObject(params.fields) ? params.fields : isObject(params.value) ? params.value : {}).filter(isName);
  return [];
}

const rowsOf = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

const isName = (name: unknown): name is string => typeof name === "string" && /^[A-Za-z_]\w*$/.test(name);
