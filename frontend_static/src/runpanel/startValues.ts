import type { Json, JsonObject, StartField } from "../contracts/api";

/** What stands in the form: text as typed, also where it is not yet a number or JSON. */
export type FormValues = Record<string, string | boolean>;

export type Parsed = { kind: "ok"; input: JsonObject } | { kind: "invalid"; errors: Record<string, string> };

/** What the form shows at first: what was run last, else the defaults. */
export function initialValues(fields: readonly StartField[], remembered: JsonObject | null): FormValues {
  return Object.fromEntries(fields.map((field) => [field.name, toForm(field, remembered?.[field.name] ?? field.default ?? null)]));
}

function toForm(field: StartField, value: Json): string | boolean {
  if (field.type === "boolean") return value === true;
  if (value === null) return "";
  if (field.type === "object" || field.type === "list") return typeof value === "string" ? value : JSON.stringify(value, null, 2);
  if (field.type === "choice") return field.choices?.includes(String(value)) ? String(value) : "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Read the form. All mistakes are named at once; empty fields that are not required are left out. */
export function parseValues(fields: readonly StartField[], values: FormValues): Parsed {
  const input: JsonObject = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const read = parseField(field, values[field.name] ?? "");
    if (read.kind === "error") errors[field.name] = read.message;
    else if (read.kind === "value") input[field.name] = read.value;
  }
  return Object.keys(errors).length > 0 ? { kind: "invalid", errors } : { kind: "ok", input };
}

type Read = { kind: "value"; value: Json } | { kind: "absent" } | { kind: "error"; message: string };

function parseField(field: StartField, value: string | boolean): Read {
  if (typeof value === "boolean") return { kind: "value", value };
  if (value.trim() === "") return field.required ? { kind: "error", message: "This field is required." } : { kind: "absent" };
  switch (field.type) {
    case "number":
      return parseNumber(value);
    case "object":
    case "list":
      return parseJson(field.type, value);
    default:
      return { kind: "value", value };
  }
}

function parseNumber(value: string): Read {
  const number = Number(value.trim());
  return Number.isFinite(number) ? { kind: "value", value: number } : { kind: "error", message: "Enter a number, for example 3 or 0.5." };
}

function parseJson(type: "object" | "list", value: string): Read {
  let parsed: Json;
  try {
    parsed = JSON.parse(value) as Json;
  } catch (thrown) {
    return { kind: "error", message: `This is not valid JSON${where(thrown, value)}.` };
  }
  if (type === "list" && !Array.isArray(parsed)) return { kind: "error", message: 'Enter a list, for example ["a", "b"].' };
  if (type === "object" && (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))) {
    return { kind: "error", message: 'Enter an object, for example {"name": "Ada"}.' };
  }
  return { kind: "value", value: parsed };
}

function where(thrown: unknown, text: string): string {
  const position = /position (\d+)/.exec(String(thrown))?.[1];
  if (position === undefined) return "";
  const line = text.slice(0, Number(position)).split("\n").length;
  return ` (line ${line})`;
}
