/** What somebody has set for the editor in this browser: keys of their own, and what the wheel does. */
import { createStore } from "zustand/vanilla";
import type { Action } from "./action";

export interface Prefs {
  /** By the action's id; an empty list takes its keys away. */
  keys: Readonly<Record<string, readonly string[]>>;
  wheelZooms: boolean;
}

const KEY = "graphapp.editor";
const DEFAULTS: Prefs = { keys: {}, wheelZooms: false };

export const prefs = createStore<Prefs>(() => read());

export function setPrefs(change: Partial<Prefs>): void {
  prefs.setState(change);
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs.getState()));
  } catch {
    // Private windows may refuse storage; the choice then lasts for this page.
  }
}

function read(): Prefs {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Prefs> | null;
    const keys = Object.entries(value?.keys ?? {}).filter(([, list]) => Array.isArray(list) && list.every((one) => typeof one === "string"));
    return { keys: Object.fromEntries(keys), wheelZooms: value?.wheelZooms === true };
  } catch {
    return DEFAULTS;
  }
}

export const keysFor = (action: Pick<Action, "id" | "keys">): readonly string[] => prefs.getState().keys[action.id] ?? action.keys;

export const isChanged = (id: string): boolean => id in prefs.getState().keys;

/** Gives an action keys of somebody's own, taken away from all others. */
export function bind(actions: readonly Action[], id: string, keys: readonly string[]): void {
  const next: Record<string, readonly string[]> = { ...prefs.getState().keys, [id]: keys };
  for (const other of actions) {
    if (other.id !== id && keysFor(other).some((one) => keys.includes(one))) next[other.id] = keysFor(other).filter((one) => !keys.includes(one));
  }
  setPrefs({ keys: next });
}

/** As shipped: one action, or all of them. Keys that others have by now stay with them. */
export function unbind(actions: readonly Action[], id?: string): void {
  if (id === undefined) return setPrefs({ keys: {} });
  const { [id]: _gone, ...rest } = prefs.getState().keys;
  const action = actions.find((one) => one.id === id);
  const taken = actions.filter((one) => one.id !== id).flatMap((one) => rest[one.id] ?? one.keys);
  const free = action?.keys.filter((keys) => !taken.includes(keys)) ?? [];
  setPrefs({ keys: free.length === action?.keys.length ? rest : { ...rest, [id]: free } });
}

export const holderOf = (actions: readonly Action[], keys: string, except: string): Action | undefined => actions.find((one) => one.id !== except && keysFor(one).includes(keys));
