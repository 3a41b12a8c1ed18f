import type { FailureOut, FailureState } from "../contracts/api";
import type { Tone } from "../ui";

export const STATE_WORDS: Record<FailureState, string> = {
  new: "New",
  assigned: "Assigned",
  in_progress: "In progress",
  resolved: "Resolved",
  ignored: "Ignored",
  regressed: "Regressed",
};

export const STATE_TONES: Record<FailureState, Tone> = { new: "accent", assigned: "wait", in_progress: "wait", resolved: "ok", ignored: "neutral", regressed: "fail" };

export const KIND_WORDS: Record<FailureOut["kind"], string> = { failed: "Failed", stuck: "Needs a decision", budget: "Budget", degraded: "Degraded" };

export const ENTRY_WORDS = { open: "Open", recovered: "Resumed, succeeded", replaced: "Resumed, failed again", handled: "Handled", answered: "Answered" } as const;

/** Where it failed: the node as it is drawn, and what it lies in. */
export function placeOf({ node_name, node_key }: Pick<FailureOut, "node_name" | "node_key">): string {
  if (node_key === "") return "the run itself";
  const parts = node_key.split("/");
  const name = node_name || (parts.at(-1) ?? node_key);
  return parts.length > 1 ? `${name} in ${parts.slice(0, -1).join(" / ")}` : name;
}

export const runsWord = (count: number): string => (count === 1 ? "1 run" : `${count.toLocaleString("en-US")} runs`);

export const peopleWord = (count: number): string => (count === 1 ? "1 person" : `${count} people`);

/** Until when a group is ignored. */
export function ignoredWords({ ignore_until, ignore_above, count }: Pick<FailureOut, "ignore_until" | "ignore_above" | "count">): string {
  if (ignore_until !== null) return `until ${new Date(ignore_until).toLocaleString()}`;
  if (ignore_above !== null) return `until ${(ignore_above - count + 1).toLocaleString("en-US")} more`;
  return "for ever";
}
