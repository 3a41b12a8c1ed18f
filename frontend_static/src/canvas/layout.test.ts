import { describe, expect, it } from "vitest";
import { normaliseNode } from "../document/normalise";
import { CATALOGUE } from "../document/testing";
import { FOOT, handleX, HEAD, layoutNode, NODE_WIDTH, portPoint, REACH, ROW, SUMMARY, TEXT } from "./layout";

const layoutOf = (raw: Parameters<typeof normaliseNode>[0]) => {
  const node = normaliseNode(raw);
  return layoutNode(node, CATALOGUE.typeOf(node));
};

describe("the layout of a node", () => {
  it("puts single ports beside the name", () => {
    const layout = layoutOf({ id: "a", type: "set" });
    expect(layout.height).toBe(HEAD + SUMMARY + FOOT);
    expect(layout.ports.map(({ name, y, hasRow }) => [name, y, hasRow])).toEqual([
      ["in", HEAD / 2, false],
      ["out", HEAD / 2, false],
    ]);
  });

  it("gives several ports a row each, and grows with them", () => {
    const layout = layoutOf({ id: "a", type: "router", params: { cases: [{ port: "x" }, { port: "y" }] }, policy: { on_error: "port" } });
    expect(layout.rows).toBe(4);
    expect(layout.height).toBe(HEAD + SUMMARY + 4 * ROW + FOOT);
    expect(layout.ports.filter((port) => port.side === "source").map((port) => port.y)).toEqual([80, 104, 128, 152]);
  });

  it("leaves room for the text of a model", () => {
    expect(layoutOf({ id: "a", type: "llm" }).height).toBe(HEAD + SUMMARY + TEXT + FOOT);
  });

  it("does not depend on what the params say at length", () => {
    expect(layoutOf({ id: "a", type: "llm", params: { prompt: "x".repeat(5000) } })).toEqual(layoutOf({ id: "a", type: "llm" }));
  });

  it("is on the 4 px grid", () => {
    for (const type of ["start", "set", "llm", "router", "output"]) expect(layoutOf({ id: "a", type }).height % 4).toBe(0);
  });

  it("ends edges at the outer edge of the dot", () => {
    const node = normaliseNode({ id: "a", type: "set", position: { x: 100, y: 50 } });
    const layout = layoutNode(node, CATALOGUE.typeOf(node));
    expect(portPoint(node, layout, "source", "out")).toEqual({ x: 100 + NODE_WIDTH + REACH, y: 50 + HEAD / 2 });
    expect(portPoint(node, layout, "target", "in")).toEqual({ x: 100 - REACH, y: 50 + HEAD / 2 });
    expect(handleX("target", NODE_WIDTH)).toBe(-REACH);
  });
});
