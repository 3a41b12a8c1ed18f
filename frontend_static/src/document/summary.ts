import type { Json, JsonObject } from "../contracts/api";

/** The line of a type that has no pattern of its own: its first param, such as the fields of a start. */
export const summaryPattern = (type: { summary: string; params_schema: { properties?: object } }): string => {
  const first = Object.keys(type.params_schema.properties ?? {})[0];
  return type.summary || (first ? `{${first}}` : "");
};

/** The one line a node says about itself: the type's `{method} {url}` filled from its params. */
export function summarise(pattern: string, params: JsonObject, defaults: JsonObject = {}): string {
  const filled = pattern.replace(/\{([a-z_][\w.]*)\}/gi, (_all, path: string) => shown(at(params, path) ?? at(defaults, path)));
  return filled.replace(/\s+/g, " ").trim().slice(0, 160);
}

function at(params: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = params;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = value[part];
  }
  return value;
}

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return value.map(entryName).filter(Boolean).join(", ");
  return Object.keys(value).join(", ");
}

function entryName(entry: Json): string {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return shown(entry);
  const name = entry.name ?? entry.port ?? entry.label;
  return typeof name === "string" ? name : "";
}
