import type { NodeRunOut, NodeStatus, RunOut } from "../contracts/api";
import { addDelta, NO_TEXT, type Delta, type StreamedText } from "./deltas";
import { oncePerFrame } from "./frameClock";
import { applyPart, freshNode } from "./reduceNode";
import { reduceRunEvents } from "./reduce";
import { levelsOf, withPicks } from "./iterations";
import { fromSnapshot, nodeFromSnapshot } from "./snapshot";
import type { Link } from "./socket";
import { callAround, RUN_TERMINAL, splitKey, type NodeState, type Part, type RunEvent, type RunState } from "./types";
import { isUnderWay, nodeView, runOf, type NodeRunView, type RunView } from "./view";

type Listener = () => void;
type Clock = (work: () => void) => () => void;

/** Holds the one run a page shows. Each node has its own subscribers, told at most once a frame and only of their own node. */
export class RunStore {
  private view: RunView = { kind: "idle" };
  private texts = new Map<string, StreamedText>();
  /** Node runs that were asked for: those of turns and items that the events do not tell of. */
  private extras = new Map<string, NodeState>();
  /** By node id, where it stands in what was asked for: the events may never tell of it. */
  private asked = new Map<string, string>();
  private readonly picks = new Map<string, number>();
  private readonly nodeViews = new Map<string, NodeRunView>();
  private readonly statuses = new Map<string, NodeStatus>();
  private readonly viewListeners = new Set<Listener>();
  private readonly nodeListeners = new Map<string, Set<Listener>>();
  private readonly statusListeners = new Set<(nodeIds: ReadonlySet<string>) => void>();
  private readonly dirty = new Set<string>();
  private isViewDirty = false;
  private readonly schedule: () => void;
  private readonly tellOfProgress: () => void;

  /** Nodes are told of their own changes every frame. What shows the run as a whole walks all its nodes: it is told of progress seldom. */
  constructor(everyFrame: Clock = oncePerFrame, seldom: Clock = everyFrame) {
    this.schedule = everyFrame(() => this.flush());
    this.tellOfProgress = seldom(() => this.tellView());
  }

  getView = (): RunView => this.view;

  /** A node by key, or by its id alone: then in the picked turns and items, else where it moved last. Before its turn it is `pending`. */
  getNode = (key: string): NodeRunView | undefined => {
    const cached = this.nodeViews.get(key);
    if (cached !== undefined) return cached;
    const made = this.makeNode(key);
    if (made !== undefined) this.nodeViews.set(key, made);
    return made;
  };

  /** Status by node id, for drawing all nodes at once. The map is live: read it, do not keep it. */
  nodeStatuses = (): ReadonlyMap<string, NodeStatus> => this.statuses;

  subscribeView = (listener: Listener): Listener => {
    this.viewListeners.add(listener);
    return () => this.viewListeners.delete(listener);
  };

  subscribeStatuses = (listener: (nodeIds: ReadonlySet<string>) => void): Listener => {
    this.statusListeners.add(listener);
    return () => this.statusListeners.delete(listener);
  };

  subscribeNode = (key: string, listener: Listener): Listener => {
    const listeners = this.nodeListeners.get(key) ?? new Set<Listener>();
    this.nodeListeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.nodeListeners.get(key) === listeners) this.nodeListeners.delete(key);
    };
  };

  idle(): void {
    this.replace({ kind: "idle" }, { keepText: false });
  }

  starting(workflowId: string): void {
    this.replace({ kind: "starting", workflowId }, { keepText: false });
  }

  loading(runId: string): void {
    this.replace({ kind: "loading", runId }, { keepText: false });
  }

  unavailable(runId: string | null, error: { code: string; message: string }): void {
    this.replace({ kind: "unavailable", runId, code: error.code, message: error.message }, { keepText: false });
  }

  /** Take the server's whole answer as the truth. Streamed text of the same run stays. */
  load(answer: RunOut): void {
    const run = fromSnapshot(answer);
    const known = runOf(this.view);
    const link: Link = this.view.kind === "live" ? this.view.link : { kind: "closed" };
    const view: RunView = RUN_TERMINAL.has(run.status) ? { kind: "ended", run, isWhole: true } : { kind: "live", run, link };
    this.replace(view, { keepText: known?.id === run.id });
  }

  /** Fold events in. Says `stale` where they do not continue what is known. */
  apply(events: readonly RunEvent[]): "ok" | "stale" {
    const known = runOf(this.view);
    if (known === null || this.view.kind === "ended") return "ok";
    const reduced = reduceRunEvents(known, events);
    for (const key of reduced.touched) this.touch(key, reduced.state);
    this.setRun(reduced.state);
    if (reduced.kind === "stale") this.stale(reduced.why);
    return reduced.kind;
  }

  addDelta(key: string, delta: Delta): void {
    const before = this.texts.get(key) ?? NO_TEXT;
    const after = addDelta(before, delta);
    if (after === before) return;
    this.texts.set(key, after);
    const run = runOf(this.view);
    if (run !== null) this.touch(key, run);
  }

  /** Take in how far some items of a map are, on which another worker works. */
  addPart(key: string, part: Part): void {
    const run = runOf(this.view);
    const before = run?.nodes.get(key);
    if (run === null || before === undefined) return;
    const after = applyPart(before, part);
    if (after === before) return;
    const next = { ...run, nodes: new Map(run.nodes).set(key, after) };
    this.touch(key, next);
    this.setRun(next);
  }

  setLink(link: Link): void {
    if (this.view.kind === "live") this.setView({ ...this.view, link });
  }

  stale(why: string): void {
    const run = runOf(this.view);
    if (run !== null && this.view.kind !== "ended") this.setView({ kind: "stale", run, why });
  }

  private setRun(run: RunState): void {
    if (RUN_TERMINAL.has(run.status)) {
      this.touchAll();
      this.setView({ kind: "ended", run, isWhole: false });
    } else if (this.view.kind === "live" || this.view.kind === "stale") {
      this.setView({ ...this.view, run });
    }
  }

  private makeNode(key: string): NodeRunView | undefined {
    const run = runOf(this.view);
    const name = this.keyOf(key);
    const found = run?.nodes.get(name) ?? this.extras.get(name);
    if (found !== undefined) return nodeView(found, this.texts.get(found.key));
    return isUnderWay(this.view) || name !== key ? nodeView(freshNode(name), undefined) : undefined;
  }

  /** The key of a node that may be named by its id alone. */
  keyOf = (name: string, run: RunState | null = runOf(this.view)): string => {
    if (run === null || name.includes("/")) return name;
    return withPicks(run.latest.get(name) ?? this.asked.get(name) ?? name, this.picks);
  };

  /** The picked turn or item of a container, or null for where something moved last. */
  pickOf = (container: string): number | null => this.picks.get(container) ?? null;

  /** Look at one turn or item; with null follow what moves. */
  pick(container: string, index: number | null): void {
    if (index === null) this.picks.delete(container);
    else this.picks.set(container, index);
    this.showPicked();
  }

  /** Look at the turns and items that a key names. */
  pickKey(key: string): void {
    for (const { container, index } of levelsOf(key)) this.picks.set(container, index);
    this.showPicked();
  }

  /** Take in the node runs of a scope that were asked for. */
  addScope(runId: string, rows: readonly NodeRunOut[]): void {
    if (runOf(this.view)?.id !== runId) return;
    for (const row of rows) {
      this.extras.set(row.key, nodeFromSnapshot(row));
      this.asked.set(row.node_id, row.key);
    }
    this.touchAll();
    for (const { node_id: nodeId } of rows) this.dirty.add(nodeId);
  }

  private showPicked(): void {
    const run = runOf(this.view);
    for (const nodeId of run?.latest.keys() ?? []) {
      const shown = this.makeNode(nodeId);
      if (shown !== undefined) this.statuses.set(nodeId, shown.status);
    }
    if (this.view.kind === "live") this.view = { ...this.view };
    this.isViewDirty = true;
    this.touchAll();
  }

  private touch(key: string, run: RunState): void {
    const { nodeId } = splitKey(callAround(key) ?? key);
    for (const name of [key, nodeId]) {
      this.nodeViews.delete(name);
      this.dirty.add(name);
    }
    const shown = run.nodes.get(this.keyOf(nodeId, run));
    if (shown !== undefined) this.statuses.set(nodeId, shown.status);
    this.schedule();
  }

  private touchAll(): void {
    for (const key of this.nodeListeners.keys()) this.dirty.add(key);
    for (const nodeId of this.statuses.keys()) this.dirty.add(nodeId);
    this.nodeViews.clear();
    this.schedule();
  }

  private replace(view: RunView, { keepText }: { keepText: boolean }): void {
    if (!keepText) {
      this.texts = new Map();
      this.extras = new Map();
      this.asked = new Map();
      this.picks.clear();
    }
    this.touchAll();
    this.statuses.clear();
    const run = runOf(view);
    for (const [nodeId, key] of run?.latest ?? []) {
      const node = run?.nodes.get(key);
      if (node !== undefined) this.statuses.set(nodeId, node.status);
      this.dirty.add(nodeId);
    }
    this.setView(view);
  }

  private setView(view: RunView): void {
    const isProgress = isSameState(this.view, view);
    this.view = view;
    if (isProgress) return this.tellOfProgress();
    this.isViewDirty = true;
    this.schedule();
  }

  private tellView(): void {
    this.isViewDirty = false;
    for (const listener of [...this.viewListeners]) listener();
  }

  private flush(): void {
    const dirty = new Set(this.dirty);
    this.dirty.clear();
    for (const key of dirty) for (const listener of [...(this.nodeListeners.get(key) ?? [])]) listener();
    if (dirty.size > 0) for (const listener of [...this.statusListeners]) listener(dirty);
    if (this.isViewDirty) this.tellView();
  }
}

/** Whether only the nodes of a run moved on. */
function isSameState(before: RunView, after: RunView): boolean {
  return before.kind === "live" && after.kind === "live" && before.link === after.link && before.run.id === after.run.id && before.run.status === after.run.status;
}
