import { createStore } from "zustand/vanilla";
import type { ForeseenOut, JsonObject, ResumeIn, RunKind } from "../contracts/api";
import { levelsOf } from "../runs/iterations";
import { splitKey } from "../runs/types";

/** How somebody wants to go on from the run that is shown. */
export interface Wish {
  runId: string;
  workflowId: string;
  kind: Exclude<RunKind, "normal">;
  /** What was asked for: a node by its key, an item or turn by its path; empty for the whole graph. */
  node: string;
  /** The key of the node run whose input and settings may be edited first. */
  edit: string | null;
}

/** What is asked for at the moment: the dialog is open while there is something. */
export const wishStore = createStore<{ wish: Wish | null }>(() => ({ wish: null }));

export const wishFor = (wish: Wish): void => wishStore.setState({ wish });
export const forgetWish = (): void => wishStore.setState({ wish: null });

export const bodyOf = ({ kind, node }: Wish, version: "same" | "draft", edits: { [node: string]: JsonObject }): ResumeIn => ({ kind, node, version, edits });

export interface Group {
  id: "run" | "maybe" | "reused" | "rest";
  title: string;
  nodes: ForeseenOut[];
}

/** What would become of the nodes, the work first. */
export function groups(foreseen: readonly ForeseenOut[]): Group[] {
  const of = (...words: ForeseenOut["what"][]): ForeseenOut[] => foreseen.filter(({ what }) => words.includes(what));
  const all: Group[] = [
    { id: "run", title: "Runs", nodes: of("run") },
    { id: "maybe", title: "May run, depending on what comes to it", nodes: of("maybe") },
    { id: "reused", title: "Taken over, not done again", nodes: of("reused", "cached", "pinned") },
    { id: "rest", title: "Not part of it", nodes: of("skipped", "left_out") },
  ];
  return all.filter(({ nodes }) => nodes.length > 0);
}

/** What the work cost in the run before, as far as that is known: a bound, not a promise. */
export function knownCost(foreseen: readonly ForeseenOut[]): { least: number; most: number } | null {
  const cost = (word: ForeseenOut["what"]): number => foreseen.reduce((sum, one) => sum + (one.what === word ? (one.cost_usd ?? 0) : 0), 0);
  const [least, more] = [cost("run"), cost("maybe")];
  return least + more > 0 ? { least, most: least + more } : null;
}

/** Read edited inputs: a JSON object by input port. */
export function parseEdits(text: string): { kind: "ok"; value: JsonObject } | { kind: "invalid"; message: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { kind: "ok", value: value as JsonObject };
    return { kind: "invalid", message: "Write an object with a value for each input, such as {\"in\": 1}." };
  } catch (thrown) {
    return { kind: "invalid", message: `This is not JSON: ${thrown instanceof Error ? thrown.message : "it cannot be read"}.` };
  }
}

/** Only what differs from what arrived counts as an edit. */
export function changed(before: JsonObject, after: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(after).filter(([port, value]) => JSON.stringify(before[port]) !== JSON.stringify(value)));
}

/** What was asked for, in words: “Work” in item 4 of “Each”. */
export function placeOf(key: string, name: (id: string) => string): string {
  const { nodeId } = splitKey(key);
  const levels = levelsOf(key.endsWith("/") ? `${key}x` : key).reverse();
  const scopes = levels.map(({ container, index }) => `#${index + 1} of “${name(container)}”`).join(" in ");
  if (nodeId === "") return scopes;
  return scopes === "" ? `“${name(nodeId)}”` : `“${name(nodeId)}” in ${scopes}`;
}
