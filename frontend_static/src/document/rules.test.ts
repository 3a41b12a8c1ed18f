import { describe, expect, it } from "vitest";
import { copyText, placed, readFragment } from "./clipboard";
import { portFor, refusal } from "./connect";
import { freeId, idProblem } from "./ids";
import schema from "../contracts/document.schema.json";
import { normaliseDocument, normaliseNode, normalisePolicy, POLICY_DEFAULTS, RETRY_DEFAULTS, SETTINGS_DEFAULTS } from "./normalise";
import { portsOf } from "./ports";
import { renameInExpression, renameInTemplate, renameInValue, templateParts, templateRoots } from "./references";
import { summarise } from "./summary";
import { CATALOGUE, sampleStore } from "./testing";

const ends = (source: string, target: string, target_port = "in") => ({ source, source_port: "out", target, target_port });

describe("connecting", () => {
  const graph = sampleStore().view.getState();

  it("allows what the catalogue's matrix allows", () => {
    expect(refusal(graph, CATALOGUE, ends("start", "out"))).toBeUndefined();
  });

  it.each([
    ["itself", ends("ask", "ask"), /cannot feed itself/],
    ["the same edge again", ends("start", "ask"), /connected already/],
    ["a missing port", ends("start", "out", "left"), /port is gone/],
  ])("refuses %s and says why", (_name, edge, reason) => {
    expect(refusal(graph, CATALOGUE, edge)?.reason).toMatch(reason);
  });

  it("refuses a circle", () => {
    const nodes = new Map(graph.nodes);
    nodes.set("again", normaliseNode({ id: "again", type: "set" }));
    const edges = new Map(graph.edges);
    edges.set("e3", { id: "e3", ...ends("ask", "again") });
    expect(refusal({ nodes, edges }, CATALOGUE, ends("again", "ask"))).toMatchObject({ isCircle: true });
  });

  it("offers the converting node when types do not fit", () => {
    const nodes = new Map(graph.nodes).set("count", normaliseNode({ id: "count", type: "count" }));
    const refused = refusal({ ...graph, nodes }, CATALOGUE, ends("ask", "count"));
    expect(refused?.reason).toBe("“out” gives text, but “in” takes number.");
    expect(refused?.converter?.name).toBe("set");
  });

  it("finds the port that an open end fits", () => {
    const end = { nodeId: "ask", port: "out", side: "source" as const };
    expect(portFor(CATALOGUE, graph, end, CATALOGUE.latest("set")!)).toBe("in");
    expect(portFor(CATALOGUE, graph, end, CATALOGUE.latest("count")!)).toBeUndefined();
    expect(portFor(CATALOGUE, graph, end, CATALOGUE.latest("start")!)).toBeUndefined();
  });
});

describe("ports", () => {
  it("follow from a list param and from the error policy", () => {
    const node = normaliseNode({ id: "r", type: "router", params: { cases: [{ port: "a", when: "x > 1" }, { port: "a" }, { port: "" }, 3] }, policy: { on_error: "port" } });
    const { outputs } = portsOf(node, CATALOGUE.typeOf(node));
    expect(outputs.map((port) => port.name)).toEqual(["a", "else", "error"]);
    expect(outputs[0]?.hint).toBe("x > 1");
  });

  it("are guessed for a type that is not known", () => {
    expect(portsOf({ params: {}, policy: {} }, undefined).inputs).toHaveLength(1);
  });
});

describe("references", () => {
  it("splits a template, strings and inner braces included", () => {
    const parts = templateParts('a {{ x["}}"] }} b {{ {"k": {"v": 1}} }}');
    expect(parts.map((part) => part.text)).toEqual(["a ", '{{ x["}}"] }}', " b ", '{{ {"k": {"v": 1}} }}']);
  });

  it("leaves an unclosed brace as text", () => {
    expect(templateParts("a {{ b")).toEqual([{ text: "a {{ b", isExpression: false }]);
  });

  it.each([
    ["ask.ask + ask", "b.ask + b"],
    ["asked + ask_", "asked + ask_"],
    ["'ask' + ask", "'ask' + b"],
    ["f(ask=ask)", "f(ask=b)"],
    ["1 if not ask else x", "1 if not b else x"],
    ["x . ask", "x . ask"],
    ["ask == 1", "b == 1"],
    ["run.wait_urls.ask", "run.wait_urls.b"],
    ["f(run.wait_urls.ask, x.run.wait_urls.ask)", "f(run.wait_urls.b, x.run.wait_urls.ask)"],
  ])("renames root names, and addresses by id, only: %s", (source, result) => {
    expect(renameInExpression(source, "ask", "b")).toBe(result);
  });

  it("renames inside braces only", () => {
    expect(renameInTemplate("ask {{ ask }} ask", "ask", "b")).toBe("ask {{ b }} ask");
  });

  it("renames at any depth and keeps what does not change", () => {
    const value = { a: ["{{ ask }}", "x"], cases: [{ port: "ask", when: "ask.ok" }] };
    expect(renameInValue(value, "ask", "b", false)).toEqual({ a: ["{{ b }}", "x"], cases: [{ port: "ask", when: "b.ok" }] });
    expect(renameInValue(value, "other", "b", false)).toBe(value);
  });

  it("lists root names", () => {
    expect([...templateRoots("{{ a.b }} {{ c[d] }} e")]).toEqual(["a", "c", "d"]);
  });
});

describe("ids", () => {
  it("are made free", () => {
    const taken = new Set(["llm", "llm_2"]);
    expect(freeId("llm", (id) => taken.has(id))).toBe("llm_3");
    expect(freeId("Größe 7!", () => false)).toBe("gro_e_7");
    expect(freeId("input", () => false)).toBe("input_2");
  });

  it("are refused with a sentence", () => {
    expect(idProblem("Ask", () => false)).toMatch(/lower-case/);
    expect(idProblem("ask", () => true)).toMatch(/Another node/);
    expect(idProblem("loop", () => false)).toMatch(/meaning/);
    expect(idProblem("ask", () => false)).toBeUndefined();
  });
});

describe("the clipboard", () => {
  it("pastes with free ids and references that follow", () => {
    const graph = sampleStore().view.getState();
    const fragment = readFragment(copyText(graph, new Set(["ask", "out"])))!;
    const { nodes, edges } = placed(fragment, graph, CATALOGUE, { x: 1000, y: 500 });
    expect(nodes.map((node) => node.id)).toEqual(["ask_2", "out_2"]);
    expect(nodes[1]?.params.value).toBe("{{ ask_2.text }} and {{ask_2}}");
    expect(nodes[0]?.params.prompt).toBe("Say {{ start.question }}");
    expect(nodes.map((node) => node.position.x)).toEqual([850, 1150]);
    expect(edges).toHaveLength(1);
    expect(edges[0]).toMatchObject({ source: "ask_2", target: "out_2", weight: 2 });
  });

  it("leaves secrets out", () => {
    const nodes = new Map([["h", normaliseNode({ id: "h", type: "http_request", params: { url: "u", credential: "mine" } })]]);
    expect(copyText({ nodes, edges: new Map() }, new Set(["h"]))).not.toContain("mine");
  });

  it.each(["", "hello", "[]", "{}", '{"nodes": []}', '{"nodes": [{"id": 1}]}'])("does not take %j for nodes", (text) => {
    expect(readFragment(text)).toBeUndefined();
  });
});

describe("the summary", () => {
  it("fills in params and defaults", () => {
    expect(summarise("{method} {url}", { url: "http://x\n/y" }, { method: "GET" })).toBe("GET http://x /y");
    expect(summarise("{cases}", { cases: [{ port: "a" }, { port: "b" }] })).toBe("a, b");
    expect(summarise("{value}", { value: null })).toBe("");
  });
});

describe("what is left out", () => {
  const defaultsOf = (properties: object) => Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, (property as { default?: unknown }).default]));

  it("is filled in as the server does", () => {
    expect(POLICY_DEFAULTS).toEqual(defaultsOf(schema.$defs.Policy.properties));
    expect(RETRY_DEFAULTS).toEqual(defaultsOf(schema.$defs.RetryPolicy.properties));
    expect(SETTINGS_DEFAULTS).toEqual(defaultsOf(schema.$defs.Settings.properties));
  });

  it("makes short and long forms of a document equal", () => {
    const short = normaliseDocument({ nodes: [{ id: "a", type: "set", policy: { retry: { max_attempts: 3 } } }] });
    expect(normaliseDocument(JSON.parse(JSON.stringify(short)))).toEqual(short);
    expect(normalisePolicy({ join: { any: 2 } }).join).toEqual({ any: 2, cancel_losers: false });
  });
});
