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

/** Where a walk along the problems stands: what is selected, and the param that is looked at. */
export interface ProblemSight {
  nodes: ReadonlySet<string>;
  edges: ReadonlySet<string>;
  param: string | null;
}

/** The problem at the next place, or at the one before. Several problems at one place are one stop; outside of all places the walk begins. */
export function neighbourProblem(problems: readonly Problem[], sight: ProblemSight, step: 1 | -1): Problem | undefined {
  const stops = [...new Map(problems.filter((one) => one.node_id ?? one.edge_id).map((one) => [placeOf(one), one] as const)).values()];
  const isSeen = (one: Problem): boolean => (one.node_id ? sight.nodes.has(one.node_id) && (one.param ?? null) === sight.param : sight.edges.has(one.edge_id ?? ""));
  const at = stops.findIndex(isSeen);
  if (at < 0) return stops.at(step > 0 ? 0 : -1);
  return stops[(at + step + stops.length) % stops.length];
}

const placeOf = ({ node_id, edge_id, param }: Problem): string => JSON.stringify(node_id ? [node_id, param ?? null] : [edge_id]);

const rank = (problem: Problem): number => (problem.severity === "error" ? 0 : 1);

function push(map: Map<string, Problem[]>, key: string, problem: Problem): void {
  const list = map.get(key);
  if (list) list.push(problem);
  else map.set(key, [problem]);
}
