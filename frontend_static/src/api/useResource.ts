import { useEffect, useMemo, useSyncExternalStore } from "react";
import { asApiError, isAbort, type ApiError } from "./client";

/** Something that is asked of the server. What was once there stays on the page while it is asked again. */
export type Resource<Value> =
  | { kind: "loading" }
  | { kind: "ready"; value: Value; isRefreshing: boolean; error: ApiError | null }
  | { kind: "failed"; error: ApiError };

type Fetcher<Arg, Value> = (arg: Arg, signal: AbortSignal) => Promise<Value>;

export class ResourceStore<Arg, Value> {
  private state: Resource<Value> = { kind: "loading" };
  private readonly listeners = new Set<() => void>();
  private controller: AbortController | null = null;

  constructor(
    private readonly fetcher: Fetcher<Arg, Value>,
    private readonly arg: Arg,
  ) {}

  get = (): Resource<Value> => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Ask anew; a call that is still under way is given up. */
  load = async (): Promise<void> => {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    if (this.state.kind === "ready") this.set({ ...this.state, isRefreshing: true });
    else if (this.state.kind === "failed") this.set({ kind: "loading" });
    try {
      const value = await this.fetcher(this.arg, controller.signal);
      if (this.controller === controller) this.set({ kind: "ready", value, isRefreshing: false, error: null });
    } catch (thrown) {
      if (!isAbort(thrown) && this.controller === controller) this.fail(asApiError(thrown));
    }
  };

  /** Change what is shown without asking, for example after a rename that the server has answered. */
  update = (change: (value: Value) => Value): void => {
    if (this.state.kind === "ready") this.set({ ...this.state, value: change(this.state.value) });
  };

  stop = (): void => {
    this.controller?.abort();
    this.controller = null;
  };

  private fail(error: ApiError): void {
    this.set(this.state.kind === "ready" ? { ...this.state, isRefreshing: false, error } : { kind: "failed", error });
  }

  private set(state: Resource<Value>): void {
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}

/** Ask for something while a component is there. `fetcher` must be the same function at every call, `arg` a plain value. */
export function useResource<Arg extends string | number | null, Value>(fetcher: Fetcher<Arg, Value>, arg: Arg) {
  const store = useMemo(() => new ResourceStore(fetcher, arg), [fetcher, arg]);
  const state = useSyncExternalStore(store.subscribe, store.get);
  useEffect(() => {
    void store.load();
    return store.stop;
  }, [store]);
  return { state, reload: store.load, update: store.update };
}
