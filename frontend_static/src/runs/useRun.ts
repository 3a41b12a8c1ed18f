import { useCallback, useRef, useSyncExternalStore } from "react";
import { runList, scopeGet } from "../api/runs";
import type { JsonObject, ResumeIn } from "../contracts/api";
import { atMostEvery, oncePerFrame } from "./frameClock";
import { RunSession } from "./session";
import { RunStore } from "./store";
import { RUN_TERMINAL } from "./types";
import { runOf, type NodeRunView, type RunView } from "./view";

/** Nobody reads faster how far a run is. */
const PROGRESS_EVERY_MS = 200;

/** The run that this page shows. A page shows one. */
export const runStore = new RunStore(oncePerFrame, atMostEvery(PROGRESS_EVERY_MS));
const session = new RunSession(runStore);

export const runActions = {
  /** Start a run of the draft; nodes read as pending at once. Rejects with an `ApiError`. */
  start: (workflowId: string, input: JsonObject): Promise<string> => session.start(workflowId, input),
  /** Go on from an ended run; the new run takes its place on the page. Rejects with an `ApiError`. */
  resume: (workflowId: string, runId: string, wish: ResumeIn): Promise<string> => session.resume(workflowId, runId, wish),
  cancel: (): Promise<void> => session.cancel(),
  open: (runId: string): Promise<void> => session.open(runId),
  close: (): void => session.close(),
  /** Look at one turn of a loop or item of a map, by the id of its node; with null follow what moves. */
  pick: (container: string, index: number | null): void => runStore.pick(container, index),
  /** Look at the turns and items that a key names. */
  pickKey: (key: string): void => runStore.pickKey(key),
  /** Read a turn or item that the events do not tell of. Rejects with an `ApiError`. */
  readScope: async (path: string, signal: AbortSignal): Promise<void> => {
    const runId = runOf(runStore.getView())?.id;
    if (runId === undefined) return;
    const { node_runs } = await scopeGet(runId, path, { signal });
    runStore.addScope(runId, node_runs);
  },
  /** Show the workflow's latest run if it is still under way: a reload in the middle of a run goes on with it. */
  openActive: async (workflowId: string, signal: AbortSignal): Promise<void> => {
    const { items } = await runList({ workflow: workflowId, limit: 1 }, { signal });
    const latest = items[0];
    if (latest && !RUN_TERMINAL.has(latest.status) && runStore.getView().kind === "idle") await session.open(latest.id);
  },
};

export function useRunView(): RunView {
  return useSyncExternalStore(runStore.subscribeView, runStore.getView);
}

/** A word or number of it, for what need not be drawn again while a run moves on. */
export function useRunPart<Part extends string | number | boolean | null>(select: (view: RunView) => Part): Part {
  return useSyncExternalStore(runStore.subscribeView, () => select(runStore.getView()));
}

/** One node of the shown run, by key, or by node id for the scope where it moved last. */
export function useNodeRun(key: string): NodeRunView | undefined {
  const subscribe = useCallback((listener: () => void) => runStore.subscribeNode(key, listener), [key]);
  const get = useCallback(() => runStore.getNode(key), [key]);
  return useSyncExternalStore(subscribe, get);
}

/** What an edge shows of the nodes at its ends: it is drawn again only when that changes, not with every word of theirs. */
export function useBetween<Shown extends object>(source: string, target: string, show: (source: NodeRunView | undefined, target: NodeRunView | undefined) => Shown): Shown {
  const shown = useRef<Shown | null>(null);
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [runStore.subscribeNode(source, listener), runStore.subscribeNode(target, listener)];
      return () => stops.forEach((stop) => stop());
    },
    [source, target],
  );
  return useSyncExternalStore(subscribe, () => {
    const next = show(runStore.getNode(source), runStore.getNode(target));
    const before = shown.current;
    const isSame = before !== null && (Object.keys(next) as (keyof Shown)[]).every((key) => before[key] === next[key]);
    return isSame ? before : (shown.current = next);
  });
}

/** The key that a node id stands for, with the picked turns and items. */
export const keyOf = (name: string): string => runStore.keyOf(name);

/** The picked turn or item of a container; null while the page follows what moves. */
export function usePick(container: string): number | null {
  const subscribe = useCallback((listener: () => void) => runStore.subscribeNode(container, listener), [container]);
  const get = useCallback(() => runStore.pickOf(container), [container]);
  return useSyncExternalStore(subscribe, get);
}

export const nodeStatuses = runStore.nodeStatuses;
export const subscribeStatuses = runStore.subscribeStatuses;
