/** References to nodes inside `{{ }}`, found and renamed without evaluating anything. */
import type { Json } from "../contracts/api";

interface Part {
  text: string;
  isExpression: boolean;
}

/** Splits a template into plain text and what stands between the braces (braces included). */
export function templateParts(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("{{", at);
    if (open < 0) break;
    const close = closing(text, open + 2);
    if (close < 0) break;
    if (open > at) parts.push({ text: text.slice(at, open), isExpression: false });
    parts.push({ text: text.slice(open, close), isExpression: true });
    at = close;
  }
  if (at < text.length) parts.push({ text: text.slice(at), isExpression: false });
  return parts;
}

// Where the expression ends: the first `}}` outside of string literals and inner braces.
function closing(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '"' || c === "'") i = endOfString(text, i);
    else if (c === "{") depth++;
    else if (c === "}" && depth > 0) depth--;
    else if (c === "}" && text[i + 1] === "}") return i + 2;
  }
  return -1;
}

function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === quote) return i;
  }
  return text.length;
}

const IDENTIFIER = /[A-Za-z_]\w*/y;

/** The addresses of nodes that wait for a call are found by the ids of these nodes. */
const ADDRESS = /(?:^|[^.\w\s]|\s)run\.wait_urls\.$/;

/**
 * Calls `visit` for each root name (not after a dot, not inside a string) and rebuilds the source from its answers;
 * `visitAddress` for the id in `run.wait_urls.id`.
 */
function mapRoots(source: string, visit: (name: string) => string, visitAddress: (name: string) => string = (name) => name): string {
  let out = "";
  for (let i = 0; i < source.length; ) {
    const c = source[i] as string;
    if (c === '"' || c === "'") {
      const end = endOfString(source, i) + 1;
      out += source.slice(i, end);
      i = end;
      continue;
    }
    IDENTIFIER.lastIndex = i;
    const name = IDENTIFIER.exec(source)?.[0];
    if (name === undefined) {
      out += c;
      i++;
      continue;
    }
    const isRoot = !/[.\w]$/.test(source.slice(0, i).trimEnd().slice(-1)) || /\w\s+$/.test(source.slice(0, i));
    const isKeyword = /^\s*=(?!=)/.test(source.slice(i + name.length)) && /[(,]\s*$/.test(source.slice(0, i));
    if (isRoot) out += isKeyword ? name : visit(name);
    else out += ADDRESS.test(source.slice(0, i)) ? visitAddress(name) : name;
    i += name.length;
  }
  return out;
}

export function expressionRoots(source: string): Set<string> {
  const names = new Set<string>();
  mapRoots(source, (name) => {
    names.add(name);
    return name;
  });
  return names;
}

export function renameInExpression(source: string, from: string, to: string): string {
  const renamed = (name: string): string => (name === from ? to : name);
  return mapRoots(source, renamed, renamed);
}

export function renameInTemplate(text: string, from: string, to: string): string {
  if (!text.includes("{{") || !text.includes(from)) return text;
  return templateParts(text)
    .map((part) => (part.isExpression ? renameInExpression(part.text, from, to) : part.text))
    .join("");
}

/** The root names that a text refers to. */
export function templateRoots(text: string): Set<string> {
  const names = new Set<string>();
  for (const part of templateParts(text)) if (part.isExpression) for (const name of expressionRoots(part.text)) names.add(name);
  return names;
}

/** Renames in every string of a JSON value. `bare` strings are expressions without braces. */
export function renameInValue(value: Json, from: string, to: string, bare: boolean): Json {
  if (typeof value === "string") return bare && !value.includes("{{") ? renameInExpression(value, from, to) : renameInTemplate(value, from, to);
  if (Array.isArray(value)) return mapKept(value, (entry) => renameInValue(entry, from, to, bare));
  if (typeof value !== "object" || value === null) return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, entry]): [string, Json] => {
    const next = renameInValue(entry, from, to, bare || key === "when");
    changed ||= next !== entry;
    return [key, next];
  });
  return changed ? Object.fromEntries(entries) : value;
}

function mapKept(values: Json[], map: (value: Json) => Json): Json[] {
  const next = values.map(map);
  return next.some((value, index) => value !== values[index]) ? next : values;
}
