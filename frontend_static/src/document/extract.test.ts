import { describe, expect, it } from "vitest";
import type { GraphDocument } from "../contracts/document";
import { extract, extractProblem } from "./extract";
import { normaliseDocument } from "./normalise";
import { CATALOGUE } from "./testing";

function drawing(): GraphDocument {
  return normaliseDocument({
    schema: 1,
    settings: { on_failure: "continue", budget_usd: 3 },
    nodes: [
      { id: "start", type: "start", position: { x: 0, y: 0 } },
      { id: "rows", type: "set", name: "Rows", position: { x: 300, y: 0 }, params: { value: "{{ start.n }}" } },
      { id: "more", type: "set", position: { x: 600, y: 0 }, params: { value: "{{ rows + start.m }}" } },
      { id: "sum", type: "set", name: "Sum", position: { x: 900, y: 0 }, params: { value: "{{ more }} {{ input }}" } },
      { id: "out", type: "output", position: { x: 1200, y: 0 }, params: { value: "{{ sum.total }} of {{ more }}" } },
    ],
    edges: ["start>rows", "rows>more", "more>sum", "sum>out"].map((pair, index) => ({ id: `e${index + 1}`, source: pair.split(">")[0] ?? "", target: pair.split(">")[1] ?? "" })),
    annotations: [],
  });
}

const graphOf = ({ nodes, edges }: GraphDocument) => ({ nodes: new Map(nodes.map((node) => [node.id, node])), edges: new Map(edges.map((edge) => [edge.id, edge])) });
const pairs = ({ edges }: GraphDocument): string[] => edges.map(({ source, target }) => `${source}>${target}`).sort();
const params = ({ nodes }: GraphDocument, id: string) => nodes.find((node) => node.id === id)?.params;

describe("a part of a graph as a workflow of its own", () => {
  it("takes what it needs from outside under the same ids, and gives what others need", () => {
    const { part } = extract(drawing(), CATALOGUE, new Set(["more", "sum"]));
    expect(part.nodes.map(({ id }) => id)).toEqual(["start_2", "start", "rows", "more", "sum", "output", "output_2"]);
    expect(params(part, "rows")).toEqual({ value: "{{ start_2.rows }}" });
    expect(params(part, "start")).toEqual({ value: "{{ start_2.start }}" });
    expect(params(part, "more")).toEqual({ value: "{{ rows + start.m }}" });
    expect(pairs(part)).toEqual(["more>output", "more>sum", "rows>more", "start>rows", "start_2>start", "sum>output_2"].sort());
    expect(part.settings).toEqual({ on_failure: "continue", max_parallel: 20 });
  });

  it("leaves a call and, for each value that is used, a node of its id", () => {
    const rest = extract(drawing(), CATALOGUE, new Set(["more", "sum"])).rest("sums", 1, "Sums");
    expect(params(rest, "run_workflow")).toEqual({ workflow: "sums", version: 1, input: { start: "{{ start }}", rows: "{{ rows }}" } });
    expect(params(rest, "sum")).toEqual({ value: "{{ run_workflow.sum }}" });
    expect(params(rest, "more")).toEqual({ value: "{{ run_workflow.more }}" });
    expect(params(rest, "out")).toEqual({ value: "{{ sum.total }} of {{ more }}" });
    expect(pairs(rest)).toEqual(["start>rows", "rows>run_workflow", "run_workflow>more", "more>sum", "sum>out"].sort());
    expect(new Set(rest.edges.map(({ id }) => id)).size).toBe(rest.edges.length);
  });

  it("is refused where it would mean something else, with what to do", () => {
    const document = drawing();
    expect(extractProblem(graphOf(document), CATALOGUE, new Set(["more", "sum"]))).toBeUndefined();
    expect(extractProblem(graphOf(document), CATALOGUE, new Set(["start", "rows"]))).toContain("stays");
    document.nodes.push(...normaliseDocument({ schema: 1, nodes: [{ id: "which", type: "router", params: { cases: [{ port: "yes", when: "true" }] } }, { id: "x", type: "set" }], edges: [], settings: {}, annotations: [] }).nodes);
    document.edges.push({ id: "r", source: "which", source_port: "yes", target: "x", target_port: "in" });
    expect(extractProblem(graphOf(document), CATALOGUE, new Set(["which"]))).toContain("A branch of “which” leaves");
  });
});
