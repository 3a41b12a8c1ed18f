import type { Problem } from "../contracts/api";

export interface ProblemIndex {
  all: readonly Problem[];
  errors: number;
  warnings: number;
  byNode: ReadonlyMap<string, readonly Problem[]>;
  byEdge: ReadonlyMap<string, readonly Problem[]>;
}

export const NO_PROBLEMS: ProblemIndex = { all: [], errors: 0, warnings: 0, byNode: new Map(), byEdge: new Map() };

/** Problems placed on the nodes and edges they belong to; errors come first. */
export function indexProblems(problems: readonly Problem[]): ProblemIndex {
  const all = [...problems].sort((a, b) => rank(a) - rank(b));
  const byNode = new Map<string, Problem[]>();
  const byEdge = new Map<string, Problem[]>();
  for (const problem of all) {
    if (problem.node_id) push(byNode, problem.node_id, problem);
    if (problem.edge_id) push(byEdge, problem.edge_id, problem);
  }
  const errors = all.filter((problem) => problem.severity === "error").length;
  return { all, errors, warnings: all.length - errors, byNode, byEdge };
}

/** The problems of one param. A path such as `cases.0.when` belongs to `cases`. */
export function problemsOfParam(problems: readonly Problem[], param: string): Problem[] {
  return problems.filter(({ param: path }) => path === param || path?.startsWith(`${param}.`) || path?.startsWith(`${param}[`));
}

const rank = (problem: Problem): number => (problem.severity === "error" ? 0 : 1);

function push(map: Map<string, Problem[]>, key: string, problem: Problem): void {
  const list = map.get(key);
  if (list) list.push(problem);
  else map.set(key, [problem]);
}
