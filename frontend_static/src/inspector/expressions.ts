/** Values and expressions in one param: which of the two it is, and how one becomes the other. */
import type { Json } from "../contracts/api";

/** Whether a param's value comes from an expression. */
export const isExpression = (value: Json | undefined): value is string => typeof value === "string" && value.includes("{{");

/** What was typed where an expression is meant: the braces are added, nothing stays nothing. */
export function braced(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  return text.includes("{{") ? text : `{{ ${text.trim()} }}`;
}

/** The expression that gives a value, so that nothing changes by asking for one. */
export function expressionOf(value: Json | undefined): string | undefined {
  return value === undefined || value === null || value === "" ? undefined : `{{ ${written(value)} }}`;
}

function written(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${written(entry)}`);
  return `{${pairs.join(", ")}}`.replace(/^\{(?=\{)/, "{ ").replace(/\}\}$/, "} }");
}

const TEXT_OR_WORD = /"(?:[^"\\]|\\.)*"|\b(?:True|False|None)\b/g;
const WORDS: Record<string, Json> = { True: true, False: false, None: null };

/** The value that an expression writes out, where it does; undefined where it has to be evaluated. */
export function valueOf(text: string): Json | undefined {
  const inner = /^\s*\{\{(.*)\}\}\s*$/s.exec(text)?.[1]?.trim();
  if (inner === undefined) return undefined;
  if (inner in WORDS) return WORDS[inner];
  try {
    return JSON.parse(inner.replace(TEXT_OR_WORD, (part) => (part in WORDS ? JSON.stringify(WORDS[part]) : part))) as Json;
  } catch {
    return undefined;
  }
}
