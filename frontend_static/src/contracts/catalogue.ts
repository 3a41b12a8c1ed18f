/** What the server says about node types and ports: the browser's rules are this data. */
import type { Json, JsonObject } from "./api";

export interface Port {
  name: string;
  type: string;
  label: string;
  required: boolean;
  takes: "single" | "first" | "list";
}

/** Ports that follow from a list param: one for each entry, named by the entry's field. */
export interface PortsFromParam {
  from_param: string;
  field: string;
  type: string;
}

export type UiKind =
  | "template"
  | "long_template"
  | "expression"
  | "python"
  | "raw"
  | "model"
  | "json_schema"
  | "fields"
  | "cases"
  | "criteria"
  | "pairs"
  | "item_errors"
  | "buttons"
  | "hidden"
  | "json";

export interface UiHints {
  kind?: UiKind | (string & {});
  placeholder?: string;
  rows?: number;
  advanced?: boolean;
  suggestions?: string[];
  by?: string;
  [more: string]: unknown;
}

export interface ParamSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: Json;
  enum?: Json[];
  const?: Json;
  anyOf?: ParamSchema[];
  oneOf?: ParamSchema[];
  allOf?: ParamSchema[];
  items?: ParamSchema;
  properties?: Record<string, ParamSchema>;
  required?: string[];
  additionalProperties?: boolean | ParamSchema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  maxLength?: number;
  examples?: Json[];
  $ref?: string;
  $defs?: Record<string, ParamSchema>;
  "x-ui"?: UiHints;
  [more: string]: unknown;
}

export interface NodeType {
  name: string;
  version: number;
  title: string;
  help: string;
  category: string;
  icon: string;
  effect: string;
  executable: boolean;
  /** An agent may call it. */
  tool?: boolean;
  summary: string;
  inputs: Port[];
  outputs: (Port | PortsFromParam)[];
  params_schema: ParamSchema;
  /** The params whose value may come from an expression. */
  resolved?: string[];
  defaults: JsonObject;
  default_retry?: JsonObject | null;
  default_timeout_seconds?: number | null;
  /** It owns a nested graph. */
  container?: boolean;
  /** Of containers: names that expressions inside see. */
  names_inside?: string[];
  /** The type of container that it leaves, by the port in its param `port`; empty for all others. */
  leaves?: string;
}

export interface CatalogueContract {
  node_types: NodeType[];
  port_types: string[];
  assignable: Record<string, string[]>;
  converters: Record<string, string>;
  categories: { name: string; title: string }[];
}
