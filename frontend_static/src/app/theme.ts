import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

const KEY = "graphapp.theme";
const listeners = new Set<() => void>();
let theme: Theme = stored();

function stored(): Theme {
  try {
    const value = window.localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system";
  }
}

function show(): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function setTheme(next: Theme): void {
  theme = next;
  try {
    window.localStorage.setItem(KEY, next);
  } catch {
    // Private windows may refuse storage; the choice then lasts for this page.
  }
  show();
  for (const listener of listeners) listener();
}

/** Called before the first paint. */
export function startTheme(): void {
  show();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const listener of listeners) listener();
  });
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function isDark(): boolean {
  return theme === "dark" || (theme === "system" && window.matchMedia("(prefers-color-scheme: dark)").matches);
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => theme);
export const useIsDark = (): boolean => useSyncExternalStore(subscribe, isDark);
