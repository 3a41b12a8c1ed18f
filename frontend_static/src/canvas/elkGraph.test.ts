import ELK from "elkjs";
import { describe, expect, it } from "vitest";
import type { NodeDoc, Position } from "../contracts/document";
import { normaliseDocument } from "../document/normalise";
import { CATALOGUE } from "../document/testing";
import { boxesOf } from "./boxes";
import { elkGraph, placesOf } from "./elkGraph";
import { layoutNode } from "./layout";

const node = (id: string, type: string, more: object = {}) => ({ id, type, position: { x: 0, y: 0 }, ...more });
const edge = (source: string, target: string) => ({ id: `${source} ${target}`, source, target });
const DOCUMENT = normaliseDocument({
  nodes: [node("start", "start"), node("a", "set"), node("b", "set"), node("each", "map"), node("in1", "set", { parent: "each" }), node("in2", "set", { parent: "each" }), node("end", "output"), node("hint", "note", { position: { x: 700, y: 900 } })],
  edges: [edge("start", "a"), edge("start", "b"), edge("a", "each"), edge("b", "each"), edge("in1", "in2"), edge("each", "end")],
} as never);
const NODES = new Map(DOCUMENT.nodes.map((one) => [one.id, one]));

async function laidOut(): Promise<Map<string, NodeDoc>> {
  const laid = await new ELK().layout(elkGraph(NODES, DOCUMENT.edges, new Set(NODES.keys()), CATALOGUE));
  const places = new Map(placesOf(laid, { x: 40, y: 80 }));
  return new Map([...NODES].map(([id, one]) => [id, { ...one, position: places.get(id) ?? one.position }]));
}

const meets = (a: Position & { width: number; height: number }, b: Position & { width: number; height: number }): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe("a tidied graph", () => {
  it("goes from left to right, and nothing lies on anything else", async () => {
    const nodes = await laidOut();
    const boxes = boxesOf(nodes, CATALOGUE);
    const rect = (id: string) => {
      const one = nodes.get(id) as NodeDoc;
      return boxes.get(id) ?? { ...one.position, ...layoutNode(one, CATALOGUE.typeOf(one)) };
    };
    for (const { source, target } of DOCUMENT.edges) expect(rect(source).x + rect(source).width).toBeLessThan(rect(target).x);
    for (const level of [["start", "a", "b", "each", "end"], ["in1", "in2"]]) {
      for (const one of level) for (const other of level) if (one < other) expect(meets(rect(one), rect(other)), `${one} ${other}`).toBe(false);
    }
  });

  it("keeps what is in a container inside it, and the container where it was put", async () => {
    const nodes = await laidOut();
    const box = boxesOf(nodes, CATALOGUE).get("each");
    expect(box).toMatchObject({ x: nodes.get("each")?.position.x, y: nodes.get("each")?.position.y });
  });

  it("leaves notes alone", async () => {
    expect((await laidOut()).get("hint")?.position).toEqual({ x: 700, y: 900 });
  });
});

describe("a large graph", () => {
  it("is tidied alike, by a placement whose time does not grow with the square", async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `n${index}`);
    const { nodes, edges } = normaliseDocument({ nodes: ids.map((id) => node(id, "set")), edges: ids.slice(3).map((id, index) => edge(ids[Math.floor(index / 2)] ?? "", id)) } as never);
    const graph = elkGraph(new Map(nodes.map((one) => [one.id, one])), edges, new Set(ids), CATALOGUE);
    expect(graph.layoutOptions).toMatchObject({ "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF" });
    const places = new Map(placesOf(await new ELK().layout(graph), { x: 0, y: 0 }));
    const rects = nodes.map((one) => ({ ...(places.get(one.id) as Position), ...layoutNode(one, CATALOGUE.typeOf(one)) }));
    rects.forEach((one, index) => rects.slice(index + 1).forEach((other) => expect(meets(one, other)).toBe(false)));
    for (const { source, target } of edges) expect(places.get(source)?.x).toBeLessThan(places.get(target)?.x ?? 0);
  });
});

describe("placesOf", () => {
  it("keeps the corner of all nodes, counts what is inside from its container, and stays on the grid", () => {
    const laid = { id: "", children: [{ id: "a", x: 12, y: 20 }, { id: "box", x: 100, y: 12, children: [{ id: "in", x: 30, y: 40 }] }] };
    expect(placesOf(laid, { x: 40, y: 80 })).toEqual([
      ["a", { x: 40, y: 88 }],
      ["box", { x: 128, y: 80 }],
      ["in", { x: 160, y: 120 }],
    ]);
  });
});
