/** Brings two changed copies of one document together, node by node and field by field. */
import type { GraphDocument, NodeDoc } from "../contracts/document";
import { freeId } from "./ids";

export interface Conflict {
  /** Names it among all conflicts. */
  key: string;
  kind: "node" | "edge" | "setting";
  id: string;
  /** What a person calls it. */
  name: string;
  mine: "changed" | "deleted";
  theirs: "changed" | "deleted";
  /** What both changed, with both values; empty where one side deleted it. */
  fields: { field: string; mine: unknown; theirs: unknown }[];
}

/** Whose version of a conflict stays; `both` keeps theirs as a node of its own beside mine. */
export type Choice = "mine" | "theirs" | "both";

export interface Merge {
  /** Both sides' changes, with mine where they meet. */
  keepingMine: GraphDocument;
  /** Both sides' changes, with theirs where they meet. */
  takingTheirs: GraphDocument;
  conflicts: Conflict[];
  /** Both sides' changes, with somebody's choice where they meet, by the key of the conflict; else mine. */
  settle: (choices: ReadonlyMap<string, Choice>) => GraphDocument;
}

type Kind = Conflict["kind"];
type Element = { id: string; name?: string };

/** One thing as each side would have it. Without a conflict both are the same. */
interface Pair {
  key: string;
  mine: Element | undefined;
  theirs: Element | undefined;
}

/** Renames a node of a document, with all that refers to it. */
export type Rename = (document: GraphDocument, from: string, to: string) => GraphDocument;

export function mergeDocuments(base: GraphDocument, changed: GraphDocument, theirs: GraphDocument, rename?: Rename): Merge {
  const conflicts: Conflict[] = [];
  const mine = rename ? apart(base, changed, theirs, rename) : changed;
  const nodes = pairs(base.nodes, mine.nodes, theirs.nodes, "node", conflicts);
  const edges = pairs(base.edges, mine.edges, theirs.edges, "edge", conflicts);
  const rest = pairs(restOf(base), restOf(mine), restOf(theirs), "setting", conflicts);
  const settle = (choices: ReadonlyMap<string, Choice>): GraphDocument => {
    const pick = ({ key, mine: ours, theirs: others }: Pair): Element | undefined => (choices.get(key) === "theirs" ? others : ours);
    const kept = nodes.map(pick).filter((node) => node !== undefined) as NodeDoc[];
    kept.push(...copies(nodes.filter(({ key }) => choices.get(key) === "both"), kept));
    const ids = new Set(kept.map(({ id }) => id));
    const joined = (edges.map(pick).filter((edge) => edge !== undefined) as GraphDocument["edges"]).filter((edge) => ids.has(edge.source) && ids.has(edge.target));
    return { ...fromRest(rest.map(pick) as Rest[]), nodes: kept, edges: joined } as GraphDocument;
  };
  const all = (choice: Choice): GraphDocument => settle(new Map(conflicts.map(({ key }) => [key, choice])));
  return { keepingMine: all("mine"), takingTheirs: all("theirs"), conflicts, settle };
}

/** Two nodes that were added in two places may have one id by chance: mine gets another one. */
function apart(base: GraphDocument, mine: GraphDocument, theirs: GraphDocument, rename: Rename): GraphDocument {
  const [old, others] = [byId(base.nodes), byId(theirs.nodes)];
  const taken = new Set([...base.nodes, ...mine.nodes, ...theirs.nodes].map(({ id }) => id));
  let next = mine;
  for (const node of mine.nodes) {
    const other = others.get(node.id);
    if (old.has(node.id) || !other || equal(node, other)) continue;
    const id = freeId(node.id, (wish) => taken.has(wish));
    taken.add(id);
    next = rename(next, node.id, id);
  }
  return next;
}

const ASIDE = 40;

/** Theirs beside mine, under ids that are free. */
function copies(both: readonly Pair[], kept: readonly NodeDoc[]): NodeDoc[] {
  const taken = new Set(kept.map(({ id }) => id));
  return both.flatMap(({ mine, theirs }) => {
    if (!mine || !theirs) return [];
    const node = theirs as NodeDoc;
    const id = freeId(node.id, (wish) => taken.has(wish));
    taken.add(id);
    return [{ ...node, id, position: { ...node.position, x: node.position.x + ASIDE, y: node.position.y + ASIDE } }];
  });
}

type Rest = { id: string; value: unknown };

function restOf({ nodes: _nodes, edges: _edges, ...rest }: GraphDocument): Rest[] {
  return Object.entries(rest).map(([id, value]) => ({ id, value }));
}

const fromRest = (rest: Rest[]): Record<string, unknown> => Object.fromEntries(rest.map(({ id, value }) => [id, value]));

function pairs(base: Element[], mine: Element[], theirs: Element[], kind: Kind, conflicts: Conflict[]): Pair[] {
  const [b, m, t] = [byId(base), byId(mine), byId(theirs)];
  const ids = new Set([...mine, ...theirs, ...base].map(({ id }) => id));
  const found: Pair[] = [];
  for (const id of ids) {
    const [before, ours, others] = [b.get(id), m.get(id), t.get(id)];
    const key = `${kind} ${id}`;
    const [oursSame, othersSame] = [equal(before, ours), equal(before, others)];
    if (oursSame || othersSame || equal(ours, others)) {
      const settled = oursSame ? others : ours;
      found.push({ key, mine: settled, theirs: settled });
      continue;
    }
    const inside = ours && others && kind !== "edge" ? mergeFields(before, ours, others, kind) : { mine: ours, theirs: others, fields: [] };
    found.push({ key, mine: inside.mine, theirs: inside.theirs });
    if (inside.fields.length === 0 && ours && others && kind !== "edge") continue;
    const name = (ours ?? others ?? before)?.name || id;
    conflicts.push({ key, kind, id, name, mine: ours ? "changed" : "deleted", theirs: others ? "changed" : "deleted", fields: inside.fields });
  }
  return found;
}

/** Groups of fields of a node, each of which is merged for itself. */
const GROUPS = new Set(["params", "policy", "comments"]);

/** Fields that only one side changed come together; those that both changed are a conflict. */
function mergeFields(before: Element | undefined, mine: Element, theirs: Element, kind: Kind): { mine: Element; theirs: Element; fields: Conflict["fields"] } {
  const [b, m, t] = [flat(before ?? {}, kind), flat(mine, kind), flat(theirs, kind)];
  const fields: Conflict["fields"] = [];
  const [ours, others] = [new Map<string, unknown>(), new Map<string, unknown>()];
  const put = (to: Map<string, unknown>, from: ReadonlyMap<string, unknown>, field: string): void => void (from.has(field) && to.set(field, from.get(field)));
  for (const field of new Set([...m.keys(), ...t.keys(), ...b.keys()])) {
    const [old, own, other] = [b.get(field), m.get(field), t.get(field)];
    const isConflict = !equal(old, own) && !equal(old, other) && !equal(own, other);
    if (isConflict) fields.push({ field, mine: own, theirs: other });
    const settled = equal(old, own) ? t : m;
    put(ours, isConflict ? m : settled, field);
    put(others, isConflict ? t : settled, field);
  }
  return { mine: deep(ours), theirs: deep(others), fields };
}

const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** By path: `name`, `params.prompt`; `params.` stands for the group itself, which may be empty. Of a setting, the parts of its value. */
function flat(element: object, kind: Kind): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, value] of Object.entries(element)) {
    if (!isGroup(value) || !(kind === "node" ? GROUPS.has(key) : key === "value")) found.set(key, value);
    else for (const [inner, part] of [["", undefined], ...Object.entries(value)]) found.set(`${key}.${String(inner)}`, part);
  }
  return found;
}

function deep(fields: ReadonlyMap<string, unknown>): Element {
  const made: Record<string, unknown> = {};
  for (const [field, value] of fields) {
    const at = field.indexOf(".");
    if (at < 0) made[field] = value;
    else {
      const group = (made[field.slice(0, at)] ??= {}) as Record<string, unknown>;
      if (at < field.length - 1) group[field.slice(at + 1)] = value;
    }
  }
  return made as Element;
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
