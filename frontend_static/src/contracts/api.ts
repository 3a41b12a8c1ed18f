/** The shapes of the HTTP API, by the names that the server's schemas carry. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type RunStatus = "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";

export type NodeStatus =
  | "pending"
  | "ready"
  | "running"
  | "waiting"
  | "succeeded"
  | "failed"
  | "skipped"
  | "cancelled"
  | "upstream_failed";

export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
  model?: string;
}

export interface Fault {
  code: string;
  message: string;
  hint?: string;
  retryable?: boolean;
  retry_after_seconds?: number;
  data?: JsonObject;
}

export interface Problem {
  code: string;
  severity: "error" | "warning";
  message: string;
  hint?: string;
  node_id?: string | null;
  param?: string | null;
  port?: string | null;
  edge_id?: string | null;
}

export interface ErrorBody {
  error: { code: string; message: string; data?: JsonObject };
}

export interface Page<Item> {
  items: Item[];
  total: number;
}

export interface MeOut {
  email: string;
  name: string;
  csrf_header: string;
}

export interface WorkflowOut {
  id: string;
  name: string;
  description: string;
  slug: string;
  revision: number;
  created_at: string;
  updated_at: string;
  node_count: number;
  latest_version: number | null;
  last_run: { id: string; status: RunStatus; created_at: string } | null;
}

export interface WorkflowIn {
  name: string;
  description?: string;
  document?: JsonObject;
}

export interface DraftOut {
  workflow: WorkflowOut;
  document: JsonObject;
  revision: number;
  problems: Problem[];
}

export interface DraftSavedOut {
  revision: number;
  problems: Problem[];
}

export interface VersionOut {
  number: number;
  digest: string;
  note: string;
  author: string | null;
  created_at: string;
}

export interface RunSummary {
  id: string;
  workflow: { id: string; name: string };
  version: number | null;
  status: RunStatus;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  error: Fault | null;
  usage: Partial<Usage>;
}

export interface NodeRunOut {
  key: string;
  node_id: string;
  scope_path: string;
  status: NodeStatus;
  reason: string;
  attempt: number;
  ports: string[];
  started_at: string | null;
  finished_at: string | null;
  error: Fault | null;
  usage: Usage | null;
  degraded: boolean;
  wake_at: string | null;
  preview: string | null;
}

export interface RunOut extends RunSummary {
  input: JsonObject;
  output: JsonObject | null;
  seq: number;
  node_runs: NodeRunOut[];
}

export interface AttemptOut {
  n: number;
  status: "running" | "succeeded" | "failed" | "lost" | "cancelled" | "waiting";
  started_at: string;
  finished_at: string | null;
  error: Fault | null;
  usage: Usage | null;
  worker: string;
}

export interface LogOut {
  at: string;
  level: string;
  message: string;
  attempt: number;
}

export interface NodeRunDetailOut extends NodeRunOut {
  input: { inputs: JsonObject; params: JsonObject };
  output: Json;
  details: JsonObject | null;
  attempts: AttemptOut[];
  logs: LogOut[];
}

/** A recorded event as it is stored and sent: `data` belongs to `kind` and is read by `runs/frames.ts`. */
export interface EventOut {
  seq: number;
  at: string | number;
  kind: string;
  node: string | null;
  data: JsonObject;
}

export interface EventsOut {
  events: EventOut[];
  last_seq: number;
}

export interface RunIn {
  input: JsonObject;
  version?: "draft" | "latest" | number;
  idempotency_key?: string;
}

/** A field of a start node: it makes the run form. */
export interface StartField {
  name: string;
  label?: string;
  type: "text" | "long_text" | "number" | "boolean" | "choice" | "object" | "list" | "file";
  required?: boolean;
  default?: Json;
  choices?: string[];
  help?: string;
}
