import { describe, expect, it } from "vitest";
import type { Problem } from "../contracts/api";
import { neighbourProblem } from "./problems";

const problem = (place: Partial<Problem>, message = ""): Problem => ({ code: "x", severity: "error", message, ...place }) as Problem;
const sight = (nodes: string[], param: string | null = null, edges: string[] = []) => ({ nodes: new Set(nodes), edges: new Set(edges), param });

const ALL = [problem({}, "of no place"), problem({ node_id: "a", param: "url" }), problem({ node_id: "a", param: "url" }), problem({ edge_id: "e" }), problem({ node_id: "b" })];

describe("the walk along the problems", () => {
  it("begins at the first place, and backwards at the last", () => {
    expect(neighbourProblem(ALL, sight([]), 1)?.node_id).toBe("a");
    expect(neighbourProblem(ALL, sight([]), -1)?.node_id).toBe("b");
  });

  it("leaves a place that has two problems in one step, stops at edges and comes round", () => {
    expect(neighbourProblem(ALL, sight(["a"], "url"), 1)?.edge_id).toBe("e");
    expect(neighbourProblem(ALL, sight([], null, ["e"]), 1)?.node_id).toBe("b");
    expect(neighbourProblem(ALL, sight(["b"]), 1)?.node_id).toBe("a");
    expect(neighbourProblem(ALL, sight(["a"], "url"), -1)?.node_id).toBe("b");
  });

  it("goes nowhere where no problem has a place", () => {
    expect(neighbourProblem([problem({})], sight([]), 1)).toBeUndefined();
  });
});
