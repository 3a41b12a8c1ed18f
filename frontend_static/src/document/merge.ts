/** Brings two changed copies of one document together, node by node. */
import type { GraphDocument } from "../contracts/document";

export interface Conflict {
  kind: "node" | "edge" | "setting";
  id: string;
  /** What a person calls it. */
  name: string;
  mine: "changed" | "deleted";
  theirs: "changed" | "deleted";
}

export interface Merge {
  /** Both sides' changes, with mine where they meet. */
  keepingMine: GraphDocument;
  /** Both sides' changes, with theirs where they meet. */
  takingTheirs: GraphDocument;
  conflicts: Conflict[];
}

type Side = "mine" | "theirs";
type Element = { id: string; name?: string };

export function mergeDocuments(base: GraphDocument, mine: GraphDocument, theirs: GraphDocument): Merge {
  const conflicts: Conflict[] = [];
  const nodes = mergeLists(base.nodes, mine.nodes, theirs.nodes, "node", conflicts);
  const edges = mergeLists(base.edges, mine.edges, theirs.edges, "edge", conflicts);
  const rest = mergeLists(restOf(base), restOf(mine), restOf(theirs), "setting", conflicts);
  const build = (side: Side): GraphDocument => {
    const kept = nodes[side] as GraphDocument["nodes"];
    const ids = new Set(kept.map((node) => node.id));
    const joined = (edges[side] as GraphDocument["edges"]).filter((edge) => ids.has(edge.source) && ids.has(edge.target));
    return { ...fromRest(rest[side] as Rest[]), nodes: kept, edges: joined } as GraphDocument;
  };
  return { keepingMine: build("mine"), takingTheirs: build("theirs"), conflicts };
}

type Rest = { id: string; value: unknown };

function restOf({ nodes: _nodes, edges: _edges, ...rest }: GraphDocument): Rest[] {
  return Object.entries(rest).map(([id, value]) => ({ id, value }));
}

const fromRest = (rest: Rest[]): Record<string, unknown> => Object.fromEntries(rest.map(({ id, value }) => [id, value]));

function mergeLists(base: Element[], mine: Element[], theirs: Element[], kind: Conflict["kind"], conflicts: Conflict[]): Record<Side, Element[]> {
  const [b, m, t] = [byId(base), byId(mine), byId(theirs)];
  const result: Record<Side, Element[]> = { mine: [], theirs: [] };
  const ids = new Set([...mine, ...theirs].map(({ id }) => id));
  for (const { id } of base) ids.add(id);
  for (const id of ids) {
    const [before, ours, others] = [b.get(id), m.get(id), t.get(id)];
    const [oursSame, othersSame] = [equal(before, ours), equal(before, others)];
    const isConflict = !oursSame && !othersSame && !equal(ours, others);
    if (isConflict) conflicts.push(conflict(kind, id, ours, others, before));
    const settled = oursSame ? others : ours;
    const forMine = isConflict ? ours : settled;
    const forTheirs = isConflict ? others : settled;
    if (forMine) result.mine.push(forMine);
    if (forTheirs) result.theirs.push(forTheirs);
  }
  return result;
}

function conflict(kind: Conflict["kind"], id: string, mine: Element | undefined, theirs: Element | undefined, base: Element | undefined): Conflict {
  const name = (mine ?? theirs ?? base)?.name || id;
  return { kind, id, name, mine: mine ? "changed" : "deleted", theirs: theirs ? "changed" : "deleted" };
}

const byId = (elements: Element[]): Map<string, Element> => new Map(elements.map((element) => [element.id, element]));

/** Equality of JSON values; the order of keys does not matter. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
