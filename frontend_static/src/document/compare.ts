/** What differs between two copies of one document, and one picture of both. */
import type { Json } from "../contracts/api";
import type { EdgeDoc, GraphDocument, NodeDoc } from "../contracts/document";
import { equal } from "./merge";

export interface FieldChange {
  /** A param, a part of the policy, or a setting: `prompt`, `policy.retry`. */
  field: string;
  before: Json | undefined;
  after: Json | undefined;
}

export type Mark = "added" | "removed" | "changed" | "moved";

export interface NodeChange {
  id: string;
  /** What a person calls it. */
  name: string;
  mark: Mark;
  fields: FieldChange[];
}

export interface EdgeChange {
  id: string;
  name: string;
  mark: "added" | "removed";
}

export interface Comparison {
  nodes: NodeChange[];
  edges: EdgeChange[];
  settings: FieldChange[];
  /** All that is in either copy, where the later one has it. */
  both: GraphDocument;
}

export function compareDocuments(before: GraphDocument, after: GraphDocument): Comparison {
  const [old, now] = [byId(before.nodes), byId(after.nodes)];
  const gone = before.nodes.filter(({ id }) => !now.has(id));
  const nodes = [...after.nodes.map((node) => changeOf(old.get(node.id), node)), ...gone.map((node) => named(node, "removed", []))].filter((one) => one !== null);
  const names = (id: string): string => (now.get(id) ?? old.get(id))?.name || id;
  const [edges, lostEdges] = [missingFrom(before.edges, after.edges), missingFrom(after.edges, before.edges)];
  const both = { ...after, nodes: [...after.nodes, ...gone], edges: [...after.edges, ...lostEdges.map(apart(after.edges))] };
  return {
    nodes,
    edges: [...edges.map((edge) => edgeChange(edge, "added", names)), ...both.edges.slice(after.edges.length).map((edge) => edgeChange(edge, "removed", names))],
    settings: fieldsOf(before.settings, after.settings, ""),
    both,
  };
}

export const isSame = ({ nodes, edges, settings }: Comparison): boolean => nodes.length + edges.length + settings.length === 0;

function changeOf(before: NodeDoc | undefined, after: NodeDoc): NodeChange | null {
  if (!before) return named(after, "added", []);
  if (equal(before, after)) return null;
  const { params, policy, position, id: _id, ...rest } = after;
  const { params: oldParams, policy: oldPolicy, position: oldPosition, id: _oldId, ...oldRest } = before;
  const fields = [...fieldsOf(oldRest, rest, ""), ...fieldsOf(oldParams, params, ""), ...fieldsOf(oldPolicy, policy, "policy.")];
  if (fields.length > 0) return named(after, "changed", fields);
  return equal(oldPosition, position) ? null : named(after, "moved", []);
}

const named = ({ id, name }: NodeDoc, mark: Mark, fields: FieldChange[]): NodeChange => ({ id, name: name || id, mark, fields });

function fieldsOf(before: object, after: object, prefix: string): FieldChange[] {
  const [old, now] = [before as Record<string, Json>, after as Record<string, Json>];
  const keys = [...new Set([...Object.keys(now), ...Object.keys(old)])].filter((key) => !equal(old[key], now[key]));
  return keys.map((key) => ({ field: prefix + key, before: old[key], after: now[key] }));
}

const endsOf = ({ source, source_port, target, target_port }: EdgeDoc): string => [source, source_port, target, target_port].join(" ");

/** The edges of one list that join what the other list does not: an edge is its ends, whatever its id. */
function missingFrom(known: readonly EdgeDoc[], edges: readonly EdgeDoc[]): EdgeDoc[] {
  const ends = new Set(known.map(endsOf));
  return edges.filter((edge) => !ends.has(endsOf(edge)));
}

/** An edge of before may have the id of another one of now. */
function apart(edges: readonly EdgeDoc[]): (edge: EdgeDoc) => EdgeDoc {
  const taken = new Set(edges.map(({ id }) => id));
  return (edge) => (taken.has(edge.id) ? { ...edge, id: `${edge.id} before` } : edge);
}

function edgeChange(edge: EdgeDoc, mark: EdgeChange["mark"], name: (id: string) => string): EdgeChange {
  const port = edge.source_port === "out" ? "" : ` (${edge.source_port})`;
  return { id: edge.id, name: `${name(edge.source)}${port} → ${name(edge.target)}`, mark };
}

const byId = (nodes: readonly NodeDoc[]): Map<string, NodeDoc> => new Map(nodes.map((node) => [node.id, node]));
