import { describe, expect, it } from "vitest";
import { normaliseNode } from "../document/normalise";
import { findNodes } from "./finding";

const NODES = [
  normaliseNode({ id: "ask", type: "llm", name: "Ask the model", params: { prompt: "Summarise the report of {{ start.city }} in three lines, please, and be brief about it" } }),
  normaliseNode({ id: "report", type: "set", name: "Collect" }),
];

const found = (query: string) => findNodes(NODES, (node) => node.type, query).map(({ node, piece }) => [node.id, piece]);

describe("finding nodes", () => {
  it("names come before what is inside, with the piece where it was found", () => {
    expect(found("report")).toEqual([
      ["report", ""],
      ["ask", "Summarise the report of {{ start.city }} in three lines, ple…"],
    ]);
  });

  it("every word must be somewhere", () => {
    expect(found("ask start.city")).toEqual([["ask", "…se the report of {{ start.city }} in three lines, please, an…"]]);
    expect(found("ask nothing")).toEqual([]);
  });

  it("without words gives all", () => {
    expect(found("")).toHaveLength(2);
  });
});
