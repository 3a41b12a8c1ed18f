import { describe, expect, it } from "vitest";
import { copyText, placed, readFragment } from "./clipboard";
import { moveInto, remove } from "./commands";
import { refusal } from "./connect";
import { outermost, portsIn, withInside } from "./containers";
import { normaliseDocument } from "./normalise";
import { insideSuggestions, suggestions } from "./suggest";
import { CATALOGUE, sampleStore } from "./testing";
import { wrap, wrapProblem } from "./wrap";
import { newNode } from "./commands";

/** `start -> a -> b -> out`, and a loop with a map in it and an exit. */
const DOCUMENT = normaliseDocument({
  schema: 1,
  nodes: [
    { id: "start", type: "start" },
    { id: "a", type: "set", position: { x: 300, y: 0 } },
    { id: "b", type: "set", position: { x: 600, y: 0 }, params: { value: "{{ a }}" } },
    { id: "out", type: "output", position: { x: 900, y: 0 } },
    { id: "l", type: "loop", position: { x: 0, y: 300 } },
    { id: "m", type: "map", parent: "l", position: { x: 40, y: 400 } },
    { id: "w", type: "set", parent: "m", position: { x: 80, y: 500 } },
    { id: "bye", type: "exit", parent: "l", position: { x: 500, y: 400 }, params: { port: "done" } },
    { id: "bye2", type: "exit", parent: "l", position: { x: 500, y: 500 } },
  ],
  edges: [
    { id: "e1", source: "start", target: "a" },
    { id: "e2", source: "a", target: "b" },
    { id: "e3", source: "b", target: "out" },
    { id: "e4", source: "m", target: "bye" },
  ],
});

const store = () => sampleStore(undefined, DOCUMENT);
const node = (id: string) => DOCUMENT.nodes.find((one) => one.id === id) as (typeof DOCUMENT.nodes)[number];

describe("containers", () => {
  it("are left by the ports of the exits inside", () => {
    const { nodes } = store().view.getState();
    expect(portsIn(nodes, CATALOGUE, node("l")).outputs.map(({ name }) => name)).toEqual(["out", "limit", "done", "exit"]);
    expect(portsIn(nodes, CATALOGUE, node("m")).outputs.map(({ name }) => name)).toEqual(["out"]);
  });

  it("go with all that is inside them", () => {
    const { nodes } = store().view.getState();
    expect([...withInside(nodes, ["l"])].sort()).toEqual(["bye", "bye2", "l", "m", "w"]);
    expect(outermost(nodes, new Set(["w", "m", "a"])).sort()).toEqual(["a", "m"]);
    const removed = store();
    remove(removed, ["l"]);
    expect(removed.toJson().nodes.map(({ id }) => id)).toEqual(["start", "a", "b", "out"]);
  });

  it("let an exit's port be connected", () => {
    const { nodes, edges } = store().view.getState();
    expect(refusal({ nodes, edges }, CATALOGUE, { source: "l", source_port: "done", target: "out", target_port: "in" })).toBeUndefined();
    expect(refusal({ nodes, edges }, CATALOGUE, { source: "l", source_port: "gone", target: "out", target_port: "in" })?.reason).toBe("This port is gone.");
  });

  it("take nodes in, and edges that would cross their border go, in one step", () => {
    const changed = store();
    moveInto(changed, ["b"], "l", [["b", { x: 200, y: 700 }]]);
    const { nodes, edges } = changed.view.getState();
    expect([nodes.get("b")?.parent, nodes.get("b")?.position, [...edges.keys()]]).toEqual(["l", { x: 200, y: 700 }, ["e1", "e4"]]);
    changed.history.undo();
    expect(changed.toJson()).toEqual(DOCUMENT);
  });

  it("do not go into what is inside them", () => {
    const changed = store();
    moveInto(changed, ["l"], "m");
    expect(changed.view.getState().nodes.get("l")?.parent).toBeNull();
  });

  it("can be put around nodes: what led to them leads to the container", () => {
    const changed = store();
    const box = newNode(changed, CATALOGUE.latest("map") as never, { x: 0, y: 0 });
    wrap(changed, new Set(["a", "b"]), box);
    const { nodes, edges } = changed.view.getState();
    expect([nodes.get("a")?.parent, nodes.get("b")?.parent]).toEqual([box.id, box.id]);
    const ends = [...edges.values()].map(({ source, target }) => `${source}>${target}`);
    expect(ends).toEqual([`start>${box.id}`, "a>b", `${box.id}>out`, "m>bye"]);
    changed.history.undo();
    expect(changed.toJson()).toEqual(DOCUMENT);
  });

  it("say why nodes cannot be put into one", () => {
    const { nodes, edges } = store().view.getState();
    expect(wrapProblem({ nodes, edges }, new Set(["a", "w"]))).toContain("different containers");
    expect(wrapProblem({ nodes, edges }, new Set(["start", "a"]))).toContain("start");
    expect(wrapProblem({ nodes, edges }, new Set(["a", "b"]))).toBeUndefined();
  });

  it("suggest what is inside to what is asked after a turn, and their own names to what is inside", () => {
    const { nodes, edges } = store().view.getState();
    const names = (found: { expression: string }[]) => found.map(({ expression }) => expression);
    expect(names(insideSuggestions({ nodes, edges }, CATALOGUE, "l"))).toEqual(["m", "bye", "bye2", "loop.result", "loop.index", "loop.state"]);
    expect(insideSuggestions({ nodes, edges }, CATALOGUE, "a")).toEqual([]);
    expect(names(suggestions({ nodes, edges }, CATALOGUE, "w"))).toEqual(expect.arrayContaining(["item", "index", "loop.index", "loop.state"]));
  });

  it("are copied with what is inside them, ids renewed", () => {
    const { nodes, edges } = store().view.getState();
    const fragment = readFragment(copyText({ nodes, edges }, new Set(["l"])));
    expect(fragment?.nodes.map(({ id }) => id)).toEqual(["l", "m", "w", "bye", "bye2"]);
    const copy = placed(fragment as never, { nodes, edges }, CATALOGUE, { x: 1000, y: 1000 }, "m");
    const parents = copy.nodes.map(({ id, parent }) => [id, parent]);
    expect(parents).toEqual([["l_2", "m"], ["m_2", "l_2"], ["w_2", "m_2"], ["bye_2", "l_2"], ["bye2_2", "l_2"]]);
    const by = copy.nodes.map(({ position }, index) => position.x - (fragment?.nodes[index]?.position.x ?? 0));
    expect(new Set(by).size).toBe(1);
  });
});
