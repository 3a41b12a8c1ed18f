import type { Json } from "../contracts/api";

/** One visible line of a JSON value. `path` is written as an expression would be: `rows[0].name`. */
export interface TreeRow {
  path: string;
  depth: number;
  label: string;
  kind: "object" | "list" | "text" | "number" | "boolean" | "null" | "more";
  value: Json;
  text: string;
  size: number;
  isOpen: boolean;
}

/** Children shown at first; further ones come by the page, so that a list of 100,000 opens at once. */
export const PAGE = 100;
const TEXT_SHOWN = 160;

export interface TreeState {
  /** Paths that are open, or closed against the default. */
  flipped: ReadonlySet<string>;
  /** Pages shown beyond the first, by path. */
  pages: ReadonlyMap<string, number>;
}

export const CLOSED_TREE: TreeState = { flipped: new Set(), pages: new Map() };

/** The lines to draw, top to bottom. Costs what is open, not what the value holds. */
export function treeRows(root: Json, state: TreeState): TreeRow[] {
  const rows: TreeRow[] = [];
  const budget = { opened: 0 };
  for (const [label, value, path] of childrenOf(root, "", state)) add(rows, { label, value, path, depth: 0 }, state, budget);
  return rows;
}

interface Entry {
  label: string;
  value: Json;
  path: string;
  depth: number;
}

const OPEN_BY_DEFAULT = 40;

function add(rows: TreeRow[], entry: Entry, state: TreeState, budget: { opened: number }): void {
  if (entry.label === MORE) {
    rows.push({ ...entry, label: "", kind: "more", text: String(entry.value), size: 0, isOpen: false });
    return;
  }
  const size = sizeOf(entry.value);
  const isOpen = size > 0 && (entry.depth < 1 && size <= 20 && budget.opened < OPEN_BY_DEFAULT) !== state.flipped.has(entry.path);
  rows.push({ ...entry, kind: kindOf(entry.value), text: textOf(entry.value), size, isOpen });
  if (!isOpen) return;
  budget.opened += size;
  for (const [label, value, path] of childrenOf(entry.value, entry.path, state)) add(rows, { label, value, path, depth: entry.depth + 1 }, state, budget);
}

const MORE = "\u0000more";

function childrenOf(value: Json, path: string, state: TreeState): [label: string, value: Json, path: string][] {
  const shown = PAGE * (1 + (state.pages.get(path) ?? 0));
  if (Array.isArray(value)) {
    const head = value.slice(0, shown).map((item, index): [string, Json, string] => [String(index), item, `${path}[${index}]`]);
    return value.length > shown ? [...head, [MORE, value.length - shown, path]] : head;
  }
  if (typeof value !== "object" || value === null) return [];
  const names = Object.keys(value);
  const head = names.slice(0, shown).map((name): [string, Json, string] => [name, value[name] ?? null, joinPath(path, name)]);
  return names.length > shown ? [...head, [MORE, names.length - shown, path]] : head;
}

/** A step down by name: dotted where the name is a word, else in brackets. */
export function joinPath(path: string, name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path ? `${path}.${name}` : name;
}

function sizeOf(value: Json): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

export function kindOf(value: Json): Exclude<TreeRow["kind"], "more"> {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "object":
      return "object";
    case "string":
      return "text";
    case "number":
      return "number";
    default:
      return "boolean";
  }
}

function textOf(value: Json): string {
  if (Array.isArray(value)) return value.length === 1 ? "1 item" : `${value.length.toLocaleString("en-US")} items`;
  if (typeof value === "object" && value !== null) return objectText(value);
  if (typeof value !== "string") return String(value);
  const line = value.length > TEXT_SHOWN ? `${value.slice(0, TEXT_SHOWN)}…` : value;
  return JSON.stringify(line);
}

function objectText(value: { [key: string]: Json }): string {
  const names = Object.keys(value);
  if (names.length === 0) return "{}";
  return names.slice(0, 4).join(", ") + (names.length > 4 ? ", …" : "");
}

export function toggle(state: TreeState, path: string): TreeState {
  const flipped = new Set(state.flipped);
  if (!flipped.delete(path)) flipped.add(path);
  return { ...state, flipped };
}

export function showMore(state: TreeState, path: string): TreeState {
  return { ...state, pages: new Map(state.pages).set(path, (state.pages.get(path) ?? 0) + 10) };
}
