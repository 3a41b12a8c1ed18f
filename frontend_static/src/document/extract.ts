/**
 * Part of a graph as a workflow of its own, and the graph with a call of it in that place.
 *
 * No expression is rewritten. What the part refers to outside stands in the new workflow as a node of the same id that hands the
 * value on; and what others refer to inside stays in the old one as such a node. So every reference means what it meant.
 */
import type { EdgeDoc, GraphDocument, NodeDoc, Position } from "../contracts/document";
import type { Catalogue } from "./catalogue";
import type { Graph } from "./connect";
import { outermost, withInside } from "./containers";
import { freeId } from "./ids";
import { outlineRows } from "./outline";
import { renamedParams } from "./rename";

export interface Extraction {
  /** The new workflow. */
  part: GraphDocument;
  /** The rest, with a call of the workflow of this address. */
  rest: (workflow: string, version: number, name: string) => GraphDocument;
}

/** Why nodes cannot be moved into a workflow of their own, as a sentence, or nothing. */
export function extractProblem(graph: Graph, catalogue: Catalogue, ids: ReadonlySet<string>): string | undefined {
  const outer = outermost(graph.nodes, ids);
  const all = withInside(graph.nodes, ids);
  const nodes = outer.flatMap((id) => graph.nodes.get(id) ?? []);
  const nameOf = (id: string): string => graph.nodes.get(id)?.name || id;
  if (!nodes.some((node) => catalogue.typeOf(node)?.executable)) return "Select the nodes that are to be a workflow of their own.";
  if (nodes.some(({ parent }) => parent !== null)) return "What is inside a container uses its turn or item. Select the whole container.";
  const end = nodes.find(({ type }) => type === "start" || type === "output");
  if (end) return `“${nameOf(end.id)}” stays: it is what this workflow takes or gives.`;
  const asking = [...all].find((id) => /\brun\.input\b/.test(JSON.stringify(graph.nodes.get(id)?.params)));
  if (asking) return `“${nameOf(asking)}” uses run.input, which would be the input of the new workflow. Use the start's fields instead.`;
  for (const edge of graph.edges.values()) {
    const [from, to] = [all.has(edge.source), all.has(edge.target)];
    if (from === to) continue;
    if (edge.target_port === "tools" || edge.source_port === "tool") return `“${nameOf(from ? edge.source : edge.target)}” and its tools belong together. Select all of them.`;
    if (from && edge.source_port !== "out") return `A branch of “${nameOf(edge.source)}” leaves the selection. Select what follows it as well, up to where the branches meet.`;
  }
  return undefined;
}

export function extract(document: GraphDocument, catalogue: Catalogue, ids: ReadonlySet<string>): Extraction {
  const graph: Graph = { nodes: new Map(document.nodes.map((node) => [node.id, node])), edges: new Map(document.edges.map((edge) => [edge.id, edge])) };
  const all = withInside(graph.nodes, ids);
  const [inner, outer] = [document.nodes.filter(({ id }) => all.has(id)), document.nodes.filter(({ id }) => !all.has(id))];
  const into = document.edges.filter(({ source, target }) => !all.has(source) && all.has(target));
  const outOf = document.edges.filter(({ source, target }) => all.has(source) && !all.has(target));
  const within = document.edges.filter(({ source, target }) => all.has(source) && all.has(target));
  const order = outlineRows(graph).map(({ node }) => node);
  const given = order.filter(({ id }) => !all.has(id) && (into.some(({ source }) => source === id) || isNamed(id, inner, catalogue)));
  const wanted = order.filter(({ id, parent }) => all.has(id) && parent === null && (outOf.some(({ source }) => source === id) || isNamed(id, outer, catalogue)));
  const ends = wanted.length > 0 ? wanted : inner.filter((node) => node.parent === null && catalogue.typeOf(node)?.executable && !within.some(({ source }) => source === node.id));
  return {
    part: partOf(document, inner, within, into, given, ends),
    rest: (workflow, version, name) => restOf(document, { outer, into, outOf, given, wanted, ends }, { workflow, version, name, at: middleOf(inner) }, all),
  };
}

const STEP = 296;

function partOf(document: GraphDocument, inner: readonly NodeDoc[], within: readonly EdgeDoc[], into: readonly EdgeDoc[], given: readonly NodeDoc[], ends: readonly NodeDoc[]): GraphDocument {
  const taken = new Set([...inner, ...given].map(({ id }) => id));
  const free = (wish: string): string => {
    const id = freeId(wish, (one) => taken.has(one));
    taken.add(id);
    return id;
  };
  const left = Math.min(...inner.map(({ position }) => position.x));
  const [top, right] = [Math.min(...inner.map(({ position }) => position.y)), Math.max(...inner.map(({ position }) => position.x))];
  const start = made(free("start"), "start", "Start", { x: left - (given.length + 1) * STEP, y: top }, given.length > 0 ? { fields: [], allow_extra: true } : { fields: [] });
  const handed = given.map(({ id, name }, index) => made(id, "set", name || id, { x: left - (given.length - index) * STEP, y: top }, { value: `{{ ${start.id}.${id} }}` }));
  const outputs = ends.map(({ id, name }, index) => made(free("output"), "output", name || id, { x: right + STEP, y: top + index * 120 }, { name: id }));
  const edges = [
    // One after another, as they ran before: so each has run before whatever could refer to it.
    ...handed.map(({ id }, index) => ends_(handed[index - 1]?.id ?? start.id, id)),
    ...within,
    ...into.map((edge) => ({ ...edge, source_port: "out" })),
    ...outputs.map(({ id }, index) => ends_(ends[index]?.id ?? "", id)),
  ];
  const { settings, schema } = document;
  const kept = { on_failure: settings.on_failure, max_parallel: settings.max_parallel };
  return { schema, settings: Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)), nodes: [start, ...handed, ...inner, ...outputs], edges: numbered(edges), annotations: [] };
}

interface Cut {
  outer: readonly NodeDoc[];
  into: readonly EdgeDoc[];
  outOf: readonly EdgeDoc[];
  given: readonly NodeDoc[];
  wanted: readonly NodeDoc[];
  ends: readonly NodeDoc[];
}

function restOf(document: GraphDocument, cut: Cut, call: { workflow: string; version: number; name: string; at: Position }, gone: ReadonlySet<string>): GraphDocument {
  const taken = new Set([...cut.outer, ...cut.wanted].map(({ id }) => id));
  const input = Object.fromEntries(cut.given.map(({ id }) => [id, `{{ ${id} }}`]));
  const node = made(freeId("run_workflow", (wish) => taken.has(wish)), "run_workflow", call.name, call.at, { workflow: call.workflow, version: call.version, input });
  const stays = cut.wanted.map(({ id, name, position }) => made(id, "set", name || id, { x: Math.max(position.x, call.at.x + STEP), y: position.y }, { value: `{{ ${node.id}.${id} }}` }));
  const kept = document.edges.filter(({ source, target }) => !gone.has(source) && !gone.has(target));
  const led = new Map(cut.into.map((edge) => [`${edge.source} ${edge.source_port}`, { ...ends_(edge.source, node.id), source_port: edge.source_port }]));
  return { ...document, nodes: [...cut.outer, node, ...stays], edges: numbered([...kept, ...led.values(), ...stays.map(({ id }, index) => ends_(stays[index - 1]?.id ?? node.id, id)), ...cut.outOf]) };
}

/** Whether an expression of one of the nodes names another one. */
function isNamed(id: string, nodes: readonly NodeDoc[], catalogue: Catalogue): boolean {
  const word = new RegExp(`\\b${id}\\b`);
  return nodes.some((node) => word.test(JSON.stringify(node.params)) && Object.keys(renamedParams(node, catalogue, id, `${id}__`)).length > 0);
}

const made = (id: string, type: string, name: string, position: Position, params: NodeDoc["params"]): NodeDoc => ({ id, type, type_version: 1, name, parent: null, position, params, policy: {}, pinned: null });

type Ends = Omit<EdgeDoc, "id"> & { id?: string };

const ends_ = (source: string, target: string): Ends => ({ source, source_port: "out", target, target_port: "in" });

/** Edges that are new get ids that are free. */
function numbered(edges: readonly Ends[]): EdgeDoc[] {
  const taken = new Set(edges.flatMap(({ id }) => id ?? []));
  return edges.map((edge) => {
    const id = edge.id ?? freeId("e", (wish) => taken.has(wish));
    taken.add(id);
    return { ...edge, id } as EdgeDoc;
  });
}

function middleOf(nodes: readonly NodeDoc[]): Position {
  const middle = (values: number[]): number => Math.round((Math.min(...values) + Math.max(...values)) / 2 / 8) * 8;
  return { x: middle(nodes.map(({ position }) => position.x)), y: middle(nodes.map(({ position }) => position.y)) };
}
