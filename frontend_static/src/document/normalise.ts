import type { JsonObject } from "../contracts/api";
import type { EdgeDoc, GraphDocument, NodeDoc } from "../contracts/document";

export const EMPTY_DOCUMENT: GraphDocument = { schema: 1, settings: {}, nodes: [], edges: [], annotations: [] };

/** A document from the server or a clipboard, with the keys that may be left out filled in. Nothing is dropped. */
export function normaliseDocument(raw: JsonObject): GraphDocument {
  const nodes = asList(raw.nodes).map(normaliseNode);
  const edges = asList(raw.edges).map(normaliseEdge);
  return { ...EMPTY_DOCUMENT, ...raw, nodes, edges } as unknown as GraphDocument;
}

export function normaliseNode(raw: JsonObject): NodeDoc {
  const position = isObject(raw.position) ? { x: 0, y: 0, ...raw.position } : { x: 0, y: 0 };
  const filled = { type_version: 1, name: "", parent: null, pinned: null, ...raw };
  return { ...filled, position, params: isObject(raw.params) ? raw.params : {}, policy: isObject(raw.policy) ? raw.policy : {} } as unknown as NodeDoc;
}

export function normaliseEdge(raw: JsonObject): EdgeDoc {
  return { source_port: "out", target_port: "in", ...raw } as unknown as EdgeDoc;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

const asList = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
