import { useCallback, useSyncExternalStore } from "react";
import type { JsonObject } from "../contracts/api";
import { RunSession } from "./session";
import { RunStore } from "./store";
import type { NodeRunView, RunView } from "./view";

/** The run that this page shows. A page shows one. */
export const runStore = new RunStore();
const session = new RunSession(runStore);

export const runActions = {
  /** Start a run of the draft; nodes read as pending at once. Rejects with an `ApiError`. */
  start: (workflowId: string, input: JsonObject): Promise<string> => session.start(workflowId, input),
  cancel: (): Promise<void> => session.cancel(),
  open: (runId: string): Promise<void> => session.open(runId),
  close: (): void => session.close(),
};

export function useRunView(): RunView {
  return useSyncExternalStore(runStore.subscribeView, runStore.getView);
}

/** One node of the shown run, by key, or by node id for the scope where it moved last. */
export function useNodeRun(key: string): NodeRunView | undefined {
  const subscribe = useCallback((listener: () => void) => runStore.subscribeNode(key, listener), [key]);
  const get = useCallback(() => runStore.getNode(key), [key]);
  return useSyncExternalStore(subscribe, get);
}

export const nodeStatuses = runStore.nodeStatuses;
export const subscribeStatuses = runStore.subscribeStatuses;
