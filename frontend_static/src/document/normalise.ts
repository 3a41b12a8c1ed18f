import type { JsonObject } from "../contracts/api";
import type { EdgeDoc, GraphDocument, NodeDoc, Policy } from "../contracts/document";

/** What the server writes for keys that were left out. A test holds these against the document's schema. */
export const POLICY_DEFAULTS = { join: "all", timeout_seconds: null, max_parallel: null, retry: null, on_error: "fail", on_uncertain: "ask", cache_seconds: null, cache_varying: false, disabled: false, tool: null } as const satisfies Policy;
export const RETRY_DEFAULTS = { max_attempts: 1, backoff_seconds: 1, backoff_factor: 2, max_backoff_seconds: 60, max_seconds: null, jitter: true } as const;
export const SETTINGS_DEFAULTS = { on_failure: "fail_fast", max_parallel: 20, timeout_seconds: null, budget_usd: null, budget_tokens: null, budget_seconds: null, on_budget: "ask" } as const;

export const EMPTY_DOCUMENT: GraphDocument = { schema: 1, settings: SETTINGS_DEFAULTS, nodes: [], edges: [], annotations: [] };

/**
 * A document from the server or a clipboard, with the keys that may be left out filled in as the server does, so that equal
 * documents read equal. Nothing is dropped.
 */
export function normaliseDocument(raw: JsonObject): GraphDocument {
  const nodes = asList(raw.nodes).map(normaliseNode);
  const edges = asList(raw.edges).map(normaliseEdge);
  const settings = { ...SETTINGS_DEFAULTS, ...(isObject(raw.settings) ? raw.settings : {}) };
  return { ...EMPTY_DOCUMENT, ...raw, settings, nodes, edges } as unknown as GraphDocument;
}

export function normaliseNode(raw: JsonObject): NodeDoc {
  const position = isObject(raw.position) ? { x: 0, y: 0, ...raw.position } : { x: 0, y: 0 };
  const filled = { type_version: 1, name: "", parent: null, pinned: null, ...raw };
  return { ...filled, position, params: isObject(raw.params) ? raw.params : {}, policy: normalisePolicy(isObject(raw.policy) ? raw.policy : {}) } as unknown as NodeDoc;
}

export function normalisePolicy(raw: { readonly [key: string]: unknown }): Policy {
  const policy: Policy = { ...POLICY_DEFAULTS, ...raw };
  if (policy.retry) policy.retry = { ...RETRY_DEFAULTS, ...policy.retry };
  if (typeof policy.join === "object") policy.join = { cancel_losers: false, ...policy.join };
  return policy;
}

export function normaliseEdge(raw: JsonObject): EdgeDoc {
  return { source_port: "out", target_port: "in", ...raw } as unknown as EdgeDoc;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

const asList = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
