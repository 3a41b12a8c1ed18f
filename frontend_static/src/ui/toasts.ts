import { useSyncExternalStore } from "react";

export interface Toast {
  id: number;
  tone: "neutral" | "ok" | "fail" | "warn";
  text: string;
  action?: { label: string; perform: () => void } | undefined;
}

type ToastInput = Omit<Toast, "id" | "tone"> & { tone?: Toast["tone"]; seconds?: number };

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows a short message at the edge of the page; it leaves by itself. */
export function toast({ tone = "neutral", text, action, seconds = action ? 8 : 4 }: ToastInput): void {
  const id = ++lastId;
  set([...toasts.filter((old) => old.text !== text).slice(-2), { id, tone, text, action }]);
  window.setTimeout(() => dismiss(id), seconds * 1000);
}

export function dismiss(id: number): void {
  set(toasts.filter((old) => old.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
