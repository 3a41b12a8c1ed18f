/** What may be written next inside `{{ }}`: names with their fields, methods of a value, functions. */
import type { Json } from "../contracts/api";

export interface Completion {
  label: string;
  /** What is written in the place of what was typed of it. */
  text: string;
  /** Where the caret stands afterwards, from the end. */
  back: number;
  note: string;
}

export interface Completions {
  /** Where what was typed of it begins. */
  from: number;
  items: Completion[];
}

/** A name that may be used, and its value where it is known. */
export interface Name {
  name: string;
  note: string;
  value: Json | undefined;
}

const MOST = 12;

export const FUNCTIONS: Record<string, string> = {
  len: "how many items, or characters",
  str: "as text",
  int: "as a whole number",
  float: "as a number",
  round: "rounded: round(value, digits)",
  sum: "the sum of a list",
  min: "the smallest",
  max: "the largest",
  sorted: "a sorted list",
  reversed: "backwards",
  any: "whether one of them holds",
  all: "whether all of them hold",
  abs: "without its sign",
  list: "as a list",
  range: "whole numbers: range(5)",
  enumerate: "items with their numbers",
  zip: "several lists side by side",
  set: "each value once",
  dict: "as an object",
  bool: "as true or false",
  isinstance: "whether it is of a kind",
};

const TEXT_METHODS: Record<string, string> = {
  lower: "in small letters",
  upper: "in capitals",
  strip: "without blanks around it",
  split: "into a list",
  replace: "one text for another",
  startswith: "whether it begins so",
  endswith: "whether it ends so",
  join: "the texts of a list, with this between them",
};

const OBJECT_METHODS: Record<string, string> = { get: "a field, or a default", keys: "its names", values: "its values", items: "names with values" };

/** What fits at the caret; nothing outside of expressions, and inside of string literals. */
export function completionsAt(text: string, caret: number, isExpression: boolean, names: readonly Name[], isForced = false): Completions | undefined {
  const before = text.slice(0, caret);
  const start = expressionStart(before, isExpression && !text.includes("{{"));
  if (start === undefined) return undefined;
  const inner = before.slice(start);
  if (isInString(inner)) return undefined;
  const typed = /[A-Za-z_][\w]*(?:\.\w*|\[\d+\]|\["[^"]*"\])*$/.exec(inner)?.[0] ?? "";
  if (!typed && !isForced && !/^\s*$/.test(inner)) return undefined;
  if (!typed && /[\w)\]"']\s*$/.test(inner)) return undefined;
  const dot = typed.lastIndexOf(".");
  const items = dot < 0 ? rootItems(typed, names) : fieldItems(typed.slice(0, dot), typed.slice(dot + 1), names);
  const from = caret - typed.length + dot + 1;
  const only = items[0];
  if (items.length === 0 || (items.length === 1 && only?.text === text.slice(from, caret))) return undefined;
  return { from, items: items.slice(0, MOST) };
}

function expressionStart(before: string, isBare: boolean): number | undefined {
  if (isBare) return 0;
  const open = before.lastIndexOf("{{");
  return open >= 0 && !before.slice(open).includes("}}") ? open + 2 : undefined;
}

function isInString(inner: string): boolean {
  let quote = "";
  for (let i = 0; i < inner.length; i++) {
    const c = inner[i] ?? "";
    if (c === "\\") i++;
    else if (quote) quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'") quote = c;
  }
  return quote !== "";
}

function rootItems(typed: string, names: readonly Name[]): Completion[] {
  const own = names.map(({ name, note, value }) => ({ label: name, text: name, back: 0, note: value === undefined ? note : shortly(value) }));
  const functions = Object.entries(FUNCTIONS).map(([name, note]) => called(name, note));
  return matching(typed, typed ? [...own, ...functions] : own);
}

function fieldItems(path: string, typed: string, names: readonly Name[]): Completion[] {
  const value = valueAt(path, names);
  if (typeof value === "string") return matching(typed, methods(TEXT_METHODS));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const fields = Object.entries(value).filter(([name]) => /^[A-Za-z_]\w*$/.test(name));
  const items = fields.map(([name, field]) => ({ label: name, text: name, back: 0, note: shortly(field) }));
  return matching(typed, [...items, ...methods(OBJECT_METHODS)]);
}

const called = (name: string, note: string): Completion => ({ label: `${name}()`, text: `${name}()`, back: 1, note });

const methods = (all: Record<string, string>): Completion[] => Object.entries(all).map(([name, note]) => called(name, note));

/** Those that begin so, then those that hold it. */
function matching(typed: string, items: readonly Completion[]): Completion[] {
  const wish = typed.toLowerCase();
  const begins = items.filter(({ label }) => label.toLowerCase().startsWith(wish));
  const holds = wish.length > 2 ? items.filter(({ label }) => label.toLowerCase().includes(wish) && !begins.some((one) => one.label === label)) : [];
  return [...begins, ...holds];
}

/** The value at a path that names and numbers lead along. */
export function valueAt(path: string, names: readonly Name[]): Json | undefined {
  const steps = [...path.matchAll(/([A-Za-z_]\w*)|\[(\d+)\]|\["([^"]*)"\]/g)];
  let value = names.find(({ name }) => name === steps[0]?.[1])?.value;
  for (const [, word, index, key] of steps.slice(1)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Array.isArray(value) ? value[Number(index)] : value[word ?? key ?? ""];
  }
  return value;
}

const SHORT = 48;

/** A value on one short line. */
export function shortly(value: Json | undefined, most = SHORT): string {
  if (value === undefined) return "";
  const text = Array.isArray(value) && value.length > 3 ? `${value.length} items` : (JSON.stringify(value) ?? "");
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
