import { describe, expect, it } from "vitest";
import type { JsonObject } from "../contracts/api";
import type { EdgeDoc, NodeDoc } from "../contracts/document";
import { needlessWaits } from "./needless";

type Given = Partial<Pick<NodeDoc, "type" | "params" | "policy" | "parent">>;

function node(id: string, { type = "llm", params = {}, policy = {}, parent = null }: Given): NodeDoc {
  return { id, type, type_version: 1, name: id.toUpperCase(), parent, position: { x: 0, y: 0 }, params, policy, pinned: null };
}

/** `a.error>b.in`: the ports may be left out. */
function edge(drawn: string): EdgeDoc {
  const [[source = "", source_port = "out"], [target = "", target_port = "in"]] = drawn.split(">").map((end) => end.split(".")) as [string[], string[]];
  return { id: drawn, source, source_port, target, target_port };
}

function waits(given: Record<string, Given>, drawn: readonly string[], path: readonly (readonly [string, number])[] = TOOK): string[] {
  const nodes = new Map(Object.entries({ start: { type: "start" }, ...given }).map(([id, one]) => [id, node(id, one)]));
  return needlessWaits({ nodes, edges: new Map(drawn.map((one) => [one, edge(one)])) }, path.map(([nodeId, millis]) => ({ key: nodeId, nodeId, millis })));
}

const TOOK = [["start", 0], ["facts", 4000], ["mood", 3000], ["end", 10]] as const;
const asks = (prompt: string, more: JsonObject = {}): Given => ({ params: { prompt, ...more } });
const FACTS = asks("List facts: {{ start.text }}");
const MOOD = asks("Say the mood: {{ start.text }}");
const BOTH = { type: "template", params: { text: "{{ facts }} {{ mood }}" } };
const CHAIN = ["start>facts", "facts>mood", "mood>end"];

describe("a wait for nothing", () => {
  it("is said, with what to connect instead and the time of the shorter of the two", () => {
    const shown = { type: "output", params: { value: "{{ facts }}" } };
    expect(waits({ facts: FACTS, mood: MOOD, end: { type: "output" }, shown }, [...CHAIN, "facts>shown"])).toEqual([
      "MOOD waits for FACTS and uses nothing of it. Connect MOOD to START instead, and both run at once: up to 3.0 s less.",
    ]);
  });

  it("is said of two whose results meet in the node behind them", () => {
    expect(waits({ facts: FACTS, mood: MOOD, end: BOTH }, CHAIN)).toEqual([
      "MOOD waits for FACTS and uses nothing of it. Connect MOOD to START instead, and FACTS to END, and both run at once: up to 3.0 s less.",
    ]);
    expect(waits({ facts: { type: "http_request", params: { url: "https://x.test" } }, mood: { type: "search_knowledge", params: { query: "{{ start.text }}" } }, end: BOTH }, CHAIN)).toHaveLength(1);
  });

  it("is not said of what is short", () => {
    expect(waits({ facts: FACTS, mood: MOOD, end: BOTH }, CHAIN, [["start", 0], ["facts", 400], ["mood", 400]])).toEqual([]);
    expect(waits({ facts: FACTS, mood: MOOD, end: BOTH }, CHAIN, [["start", 0], ["facts", 9000], ["mood", 900]])).toEqual([]);
  });
});

describe("a wait for something is left alone", () => {
  const silent = (more: Record<string, Given>, drawn: readonly string[] = CHAIN): void => expect(waits({ facts: FACTS, mood: MOOD, end: BOTH, ...more }, drawn)).toEqual([]);

  it("where the node names the one before, or takes what arrives", () => {
    silent({ mood: asks("{{ facts }}: the mood?") });
    silent({ mood: asks("Mood?", { messages: [{ role: "user", content: "{{ facts['x'] }}" }] }) });
    silent({ mood: asks("The mood of {{ input }}") });
    silent({ mood: asks("Mood?", { check: "answer != inputs['in']" }) });
    silent({ mood: { type: "search_knowledge", params: {} } });
    silent({ mood: { type: "set", params: { value: 1 } } });
    silent({ mood: { type: "code", params: {} } });
  });

  it("where order may matter outside of the workflow", () => {
    silent({ facts: { type: "http_request", params: { url: "https://x.test", method: "POST" } } });
    silent({ mood: { type: "http_request", params: { url: "https://x.test", method: "{{ start.method }}" } } });
    silent({ facts: { type: "approval" } });
    silent({ facts: { type: "wait" } });
    silent({ facts: { type: "agent" } });
  });

  it("where a failure or a join decides what runs", () => {
    silent({ facts: { ...FACTS, policy: { on_error: "skip" } } });
    silent({ end: { ...BOTH, policy: { join: { any: 1 } } } });
    silent({}, ["start>facts", "facts.error>mood", "mood>end"]);
    silent({}, [...CHAIN, "start>mood"]);
  });

  it("where what follows names the one before, and would receive something else or nothing", () => {
    silent({ end: { type: "template", params: { text: "{{ facts }} {{ input }}" } } });
    silent({ end: { type: "output", params: {} }, last: BOTH }, [...CHAIN, "end>last"]);
    silent({ end: BOTH, other: { type: "output", params: {} } }, [...CHAIN, "mood>other"]);
    silent({ end: { type: "map" }, inner: { ...BOTH, parent: "end" } });
    silent({ end: { type: "agent", params: { prompt: "Go on." } }, tool: { type: "template", params: { text: "{{ facts }}" } } }, [...CHAIN, "tool.tool>end.tools"]);
  });

  it("where nobody uses what the one before gives", () => silent({ end: { type: "output", params: {} } }));
});
