/** Small documents and a catalogue for tests. */
import type { CatalogueContract, NodeType, Port } from "../contracts/catalogue";
import type { GraphDocument } from "../contracts/document";
import { Catalogue } from "./catalogue";
import { normaliseDocument } from "./normalise";
import { createDocumentStore, type DocumentStore } from "./store";

const port = (name: string, type = "any", more: Partial<Port> = {}): Port => ({ name, type, label: "", required: false, takes: "single", ...more });

const nodeType = (name: string, more: Partial<NodeType> = {}): NodeType => ({
  name,
  version: 1,
  title: name,
  help: "",
  category: "data",
  icon: "box",
  effect: "pure",
  executable: true,
  summary: "",
  inputs: [port("in")],
  outputs: [port("out")],
  params_schema: { properties: {} },
  defaults: {},
  ...more,
});

const CONTRACT: CatalogueContract = {
  node_types: [
    nodeType("start", { inputs: [], outputs: [port("out", "object")], category: "io" }),
    nodeType("output", { outputs: [] }),
    nodeType("llm", {
      category: "ai",
      outputs: [port("out", "text")],
      summary: "{model}",
      params_schema: {
        properties: {
          model: { type: "string", "x-ui": { kind: "model" } },
          prompt: { type: "string", "x-ui": { kind: "long_template" } },
        },
      },
      defaults: { prompt: "" },
    }),
    nodeType("set", {}),
    nodeType("note", { executable: false, inputs: [], outputs: [], category: "note" }),
    nodeType("count", { inputs: [port("in", "number")] }),
    nodeType("router", {
      category: "flow",
      outputs: [{ from_param: "cases", field: "port", type: "any" }, port("else")],
      params_schema: { properties: { cases: { type: "array", "x-ui": { kind: "cases" } } } },
    }),
    nodeType("loop", { category: "flow", outputs: [port("out"), port("limit")], container: true, names_inside: ["loop"], leaves: "" }),
    nodeType("map", { category: "flow", container: true, names_inside: ["item", "index"], leaves: "" }),
    nodeType("exit", { category: "flow", outputs: [], leaves: "loop", defaults: { port: "exit" } }),
    nodeType("code", { params_schema: { properties: { source: { type: "string", "x-ui": { kind: "python" } } } } }),
  ],
  port_types: ["any", "text", "number", "object"],
  assignable: { any: ["any", "text", "number", "object"], text: ["any", "text"], number: ["any", "number", "text"], object: ["any", "object"] },
  converters: { "text>number": "set" },
  categories: [],
};

export const CATALOGUE = new Catalogue(CONTRACT);

/** `start -> ask (llm) -> out`, with a note of the future in it. */
export function sampleDocument(): GraphDocument {
  return normaliseDocument({
    schema: 1,
    settings: { on_failure: "fail_fast", new_setting: 1 },
    nodes: [
      { id: "start", type: "start", position: { x: 0, y: 0 } },
      { id: "ask", type: "llm", name: "Ask", position: { x: 300, y: 0, z: 4 }, params: { model: "m", prompt: "Say {{ start.question }}" }, colour: "red" },
      { id: "out", type: "output", position: { x: 600, y: 0 }, params: { value: "{{ ask.text }} and {{ask}}" } },
    ],
    edges: [
      { id: "e1", source: "start", target: "ask" },
      { id: "e2", source: "ask", target: "out", weight: 2 },
    ],
    annotations: [],
    from_the_future: { deep: [1] },
  });
}

export const sampleStore = (now?: () => number, document: GraphDocument = sampleDocument()): DocumentStore => createDocumentStore(document, CATALOGUE, now);
