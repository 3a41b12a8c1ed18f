/** The graph document, schema 1. Keys that are not listed survive a round trip. */
import type { Json, JsonObject } from "./api";

export interface Position {
  x: number;
  y: number;
}

export type Join = "all" | "always" | { any: number; cancel_losers?: boolean };

export type OnError = "fail" | "port" | "skip" | { value: Json };

export interface RetryPolicy {
  max_attempts?: number;
  backoff_seconds?: number;
  backoff_factor?: number;
  max_backoff_seconds?: number;
  /** After the first attempt began, no other begins later than this. */
  max_seconds?: number | null;
  jitter?: boolean;
}

/** How a node is told to the agent that may call it. */
export interface ToolPolicy {
  description?: string;
  /** A JSON Schema of the arguments; without one it follows from what the params name as `args`. */
  parameters?: JsonObject | null;
  /** Somebody is asked before each call. */
  approval?: boolean;
  [unknown: string]: unknown;
}

export interface Policy {
  join?: Join;
  timeout_seconds?: number | null;
  /** Of the node's runs in all items and turns, so many are at work at once. */
  max_parallel?: number | null;
  retry?: RetryPolicy | null;
  on_error?: OnError;
  /** What follows when a worker died in the middle of work that must not happen twice. */
  on_uncertain?: "ask" | "fail" | "retry";
  cache_seconds?: number | null;
  /** Keep results also of a node type that may answer differently each time. */
  cache_varying?: boolean;
  disabled?: boolean;
  tool?: ToolPolicy | null;
  [unknown: string]: unknown;
}

export interface NodeDoc {
  id: string;
  type: string;
  type_version: number;
  name: string;
  parent: string | null;
  position: Position;
  params: JsonObject;
  policy: Policy;
  pinned: Json;
  /** What people say about it, by id; see `document/comments.ts`. */
  comments?: unknown;
  /** Notes only: how large they were drawn. */
  size?: { width: number; height: number };
  [unknown: string]: unknown;
}

export interface EdgeDoc {
  id: string;
  source: string;
  source_port: string;
  target: string;
  target_port: string;
  [unknown: string]: unknown;
}

export interface WorkflowSettings {
  on_failure?: "fail_fast" | "continue";
  max_parallel?: number;
  timeout_seconds?: number | null;
  budget_usd?: number | null;
  budget_tokens?: number | null;
  budget_seconds?: number | null;
  on_budget?: "ask" | "fail";
  [unknown: string]: unknown;
}

export interface GraphDocument {
  schema: number;
  settings: WorkflowSettings;
  nodes: NodeDoc[];
  edges: EdgeDoc[];
  annotations: JsonObject[];
  [unknown: string]: unknown;
}
