/** The form of a node type, derived from the JSON Schema of its params. */
import type { Json, JsonObject } from "../contracts/api";
import type { NodeType, ParamSchema } from "../contracts/catalogue";
import { resolveSchema, uiOf } from "../document/catalogue";

export type FieldKind =
  | "template"
  | "long_template"
  | "expression"
  | "python"
  | "text"
  | "number"
  | "boolean"
  | "select"
  | "model"
  | "list"
  | "json"
  | "json_schema"
  | "fields"
  | "cases"
  | "criteria"
  | "pairs"
  | "item_errors"
  | "buttons"
  | "workflow"
  | "knowledge"
  | "credential";

export interface ParamSpec {
  name: string;
  title: string;
  help: string;
  kind: FieldKind;
  isRequired: boolean;
  isAdvanced: boolean;
  /** A number may also come from an expression. */
  isNumeric: boolean;
  /** Its control takes values of one kind; an expression may be given in the place of one. */
  isSwitchable: boolean;
  /** What it comes to is known before the node's work, and can be held against what the param takes. */
  isResolved: boolean;
  defaultValue: Json | undefined;
  options: readonly Json[];
  placeholder: string;
  rows: number;
  suggestions: readonly string[];
  minimum: number | undefined;
  maximum: number | undefined;
  /** Of cases: rules have a condition, cases that a model chooses a description. */
  by: "when" | "description";
}

const DEDICATED = new Set<string>(["long_template", "expression", "python", "json", "json_schema", "fields", "cases", "criteria", "pairs", "item_errors", "buttons", "workflow", "knowledge", "credential"]);

const SWITCHABLE = new Set<FieldKind>(["number", "boolean", "select", "model", "list", "knowledge", "pairs"]);

export function formOf(type: NodeType): ParamSpec[] {
  const root = type.params_schema;
  const required = new Set(root.required ?? []);
  return Object.entries(root.properties ?? {}).flatMap(([name, schema]) => {
    const spec = specOf(name, schema, root, type.defaults);
    const isResolved = type.resolved?.includes(name) ?? false;
    return spec ? [{ ...spec, isRequired: required.has(name), isResolved, isSwitchable: isResolved && SWITCHABLE.has(spec.kind) }] : [];
  });
}

function specOf(name: string, raw: ParamSchema, root: ParamSchema, defaults: JsonObject): ParamSpec | undefined {
  const ui = uiOf(raw, root);
  if (ui.kind === "hidden") return undefined;
  const schema = valueSchema(raw, root);
  const options = schema.enum ?? (schema.const !== undefined ? [schema.const] : []);
  const kind = kindOf(ui.kind ?? "", schema, options);
  return {
    name,
    title: raw.title ?? humanise(name),
    help: raw.description ?? "",
    kind,
    isRequired: false,
    isAdvanced: ui.advanced === true,
    isNumeric: isNumber(schema),
    isSwitchable: false,
    isResolved: false,
    defaultValue: defaults[name] ?? raw.default,
    options,
    placeholder: ui.placeholder ?? "",
    rows: ui.rows ?? (kind === "long_template" ? 5 : 3),
    suggestions: ui.suggestions ?? [],
    minimum: schema.minimum ?? schema.exclusiveMinimum,
    maximum: schema.maximum ?? schema.exclusiveMaximum,
    by: ui.by === "description" ? "description" : "when",
  };
}

function kindOf(hint: string, schema: ParamSchema, options: readonly Json[]): FieldKind {
  if (DEDICATED.has(hint)) return hint as FieldKind;
  if (schema.type === "array") return "list";
  if (hint === "model") return "model";
  if (options.length > 0) return "select";
  if (schema.type === "boolean") return "boolean";
  if (isNumber(schema)) return "number";
  if (schema.type === "object" || schema.type === undefined) return "json";
  return hint === "raw" ? "text" : "template";
}

const isNumber = (schema: ParamSchema): boolean => schema.type === "number" || schema.type === "integer";

/** The schema of the value itself: references followed, `null` left aside. */
function valueSchema(raw: ParamSchema, root: ParamSchema): ParamSchema {
  const schema = resolveSchema(raw, root);
  const options = (schema.anyOf ?? schema.oneOf ?? []).map((option) => resolveSchema(option, root)).filter((option) => option.type !== "null");
  return options.length === 1 && options[0] ? options[0] : schema;
}

export const humanise = (name: string): string => {
  const words = name.replace(/_/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** A value as a person types it: text stays text, other JSON is written out. */
export function valueToText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  return isPlainText(value) ? value : JSON.stringify(value);
}

export type ParsedText = { ok: true; value: Json | undefined } | { ok: false; message: string };

/** What was typed: JSON where it is JSON, otherwise text. An object or list that is not finished is neither. */
export function textToValue(text: string): ParsedText {
  const trimmed = text.trim();
  if (trimmed === "") return { ok: true, value: undefined };
  try {
    return { ok: true, value: JSON.parse(trimmed) as Json };
  } catch (thrown) {
    const isStructure = /^[[{"]/.test(trimmed) && !trimmed.startsWith("{{");
    return isStructure ? { ok: false, message: `This is not JSON yet: ${(thrown as Error).message}` } : { ok: true, value: text };
  }
}

function isPlainText(text: string): boolean {
  const parsed = textToValue(text);
  return parsed.ok && parsed.value === text;
}

/** A number typed into a field that also takes expressions. */
export function numberOrText(text: string): Json | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : text;
}
