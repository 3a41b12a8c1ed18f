import { useSyncExternalStore } from "react";

/** `offline`: this machine has no network. `unreachable`: it has, but the server does not answer. */
export type Connectivity = "online" | "offline" | "unreachable";

let current: Connectivity = typeof navigator !== "undefined" && navigator.onLine === false ? "offline" : "online";
const listeners = new Set<() => void>();

function set(next: Connectivity): void {
  if (next === current) return;
  current = next;
  for (const listener of listeners) listener();
}

/** Told by each call whether it got through; a failure counts as `offline` only where the browser says so. */
export function reportReached(reached: boolean): void {
  if (reached) set("online");
  else set(navigator.onLine === false ? "offline" : "unreachable");
}

export function connectivity(): Connectivity {
  return current;
}

export function subscribeConnectivity(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnectivity(): Connectivity {
  return useSyncExternalStore(subscribeConnectivity, connectivity);
}

if (typeof window !== "undefined") {
  window.addEventListener("offline", () => set("offline"));
  window.addEventListener("online", () => set("online"));
}
