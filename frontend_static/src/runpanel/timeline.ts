import { callAround, type Millis, type NodeState, type RunState, type Span } from "../runs/types";

export interface NodeName {
  id: string;
  name: string;
  type: string;
}

export interface TimelineRow {
  key: string;
  nodeId: string;
  name: string;
  type: string;
  /** Which turn or item, in words: `item 3`, empty at the root. */
  scope: string;
  depth: number;
}

export interface Scale {
  from: Millis;
  to: Millis;
  ticks: { at: number; offset: Millis }[];
}

export interface Bar {
  left: number;
  width: number;
  what: Span["what"];
  end: Span["end"];
  attempt: number;
  millis: Millis;
}

const STEPS_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400, 604_800];
const TICKS = 6;
/** Types that only stand on the canvas: no run comes to them. */
const UNRUN: ReadonlySet<string> = new Set(["note", "frame"]);

/** The rows of the waterfall: node runs in the order they started, nested ones below their container, what is still to come last. */
export function timelineRows(run: RunState, names: readonly NodeName[], isUnderWay: boolean): TimelineRow[] {
  const byId = new Map(names.map((name) => [name.id, name]));
  const byScope = new Map<string, NodeState[]>();
  for (const node of run.nodes.values()) {
    const siblings = byScope.get(node.scopePath);
    if (siblings) siblings.push(node);
    else byScope.set(node.scopePath, [node]);
  }
  const order = new Map(names.map((name, index) => [name.id, index]));
  const rows: TimelineRow[] = [];
  addScope("", 0, { byScope, byId, order, rows, scopes: scopesByContainer(byScope.keys()) });
  if (isUnderWay) {
    for (const name of names) {
      if (!run.latest.has(name.id) && !UNRUN.has(name.type)) rows.push({ key: name.id, nodeId: name.id, name: name.name, type: name.type, scope: "", depth: 0 });
    }
  }
  return rows;
}

interface Walk {
  byScope: ReadonlyMap<string, NodeState[]>;
  byId: ReadonlyMap<string, NodeName>;
  order: ReadonlyMap<string, number>;
  scopes: ReadonlyMap<string, string[]>;
  rows: TimelineRow[];
}

function addScope(scopePath: string, depth: number, walk: Walk): void {
  const nodes = [...(walk.byScope.get(scopePath) ?? [])].sort((a, b) => moment(a) - moment(b) || rank(a, walk) - rank(b, walk));
  for (const node of nodes) {
    const named = callAround(node.key) === null ? walk.byId.get(node.nodeId) : undefined;
    walk.rows.push({ key: node.key, nodeId: node.nodeId, name: named?.name || node.nodeId, type: named?.type ?? "", scope: scopeWords(scopePath), depth });
    for (const inner of walk.scopes.get(node.key) ?? []) addScope(inner, depth + 1, walk);
  }
}

function moment(node: NodeState): Millis {
  return node.startedAt ?? node.finishedAt ?? Number.MAX_SAFE_INTEGER;
}

function rank(node: NodeState, walk: Walk): number {
  return callAround(node.key) === null ? (walk.order.get(node.nodeId) ?? walk.order.size) : walk.order.size;
}

/** Container key to the scope paths below it, in the order of their turns or items. */
function scopesByContainer(paths: Iterable<string>): Map<string, string[]> {
  const scopes = new Map<string, string[]>();
  for (const path of paths) {
    if (path === "") continue;
    const container = path.slice(0, -1).replace(/#\d+$/, "").replace(/~\d+$/, "");
    scopes.set(container, [...(scopes.get(container) ?? []), path]);
  }
  for (const list of scopes.values()) list.sort((a, b) => turnOf(a) - turnOf(b));
  return scopes;
}

function turnOf(path: string): number {
  return Number.parseInt(path.slice(path.lastIndexOf("#") + 1), 10) || 0;
}

export function scopeWords(scopePath: string): string {
  return scopePath
    .split("/")
    .filter(Boolean)
    .map((part) => (part.includes("#") ? `#${Number.parseInt(part.slice(part.lastIndexOf("#") + 1), 10) + 1}` : part))
    .join(" › ");
}

/** Where the time axis begins and ends. While a run goes on its end is a round number ahead, so that bars grow and the axis jumps seldom. */
export function timelineEnds(run: RunState, now: Millis): Pick<Scale, "from" | "to"> {
  const from = run.startedAt ?? run.createdAt;
  const last = run.finishedAt ?? Math.max(now, from);
  const length = Math.max(50, last - from);
  return { from, to: from + (run.finishedAt === null ? niceCeiling(length * 1.05) : length * 1.02) };
}

export const timelineScale = (from: Millis, to: Millis): Scale => ({ from, to, ticks: ticksOf(to - from) });

function niceCeiling(millis: Millis): Millis {
  const step = stepFor(millis);
  return Math.ceil(millis / step) * step;
}

function stepFor(millis: Millis): Millis {
  const wanted = millis / 1000 / TICKS;
  return (STEPS_S.find((step) => step >= wanted) ?? Math.ceil(wanted / 604_800) * 604_800) * 1000;
}

function ticksOf(length: Millis): Scale["ticks"] {
  const step = stepFor(length);
  const ticks = [];
  for (let offset = 0; offset < length; offset += step) ticks.push({ at: (offset / length) * 100, offset });
  return ticks;
}

/** The bars of a node run, in percent of the axis. What is still open ends now. */
export function barsOf(spans: readonly Span[], scale: Scale, now: Millis): Bar[] {
  const length = scale.to - scale.from;
  const percent = (at: Millis): number => Math.min(100, Math.max(0, ((at - scale.from) / length) * 100));
  return spans.map((span) => {
    const to = span.to ?? Math.max(now, span.from);
    return { left: percent(span.from), width: percent(to) - percent(span.from), what: span.what, end: span.end, attempt: span.attempt, millis: to - span.from };
  });
}
