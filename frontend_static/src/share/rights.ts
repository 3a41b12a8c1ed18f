import type { GrantRole, LinkOut } from "../contracts/api";

export type Right = LinkOut["right"];

export const RIGHTS: readonly { right: Exclude<Right, "replay">; title: string; icon: string; says: string }[] = [
  { right: "run", title: "Run", icon: "play", says: "The form and the result. Nothing of the graph. Runs are yours: your credentials, your budget." },
  { right: "view", title: "View", icon: "eye", says: "The graph with its notes, to read." },
  { right: "copy", title: "Copy", icon: "copy", says: "The graph, and a button that copies it into a workspace of theirs." },
];

export const titleOf = (right: Right): string => ({ run: "Run", view: "View", copy: "Copy", replay: "Replay of a run" })[right];

export const iconOf = (right: Right): string => ({ run: "play", view: "eye", copy: "copy", replay: "history" })[right];

/** What was done with a link, in words. */
export function usesOf({ right, opens, uses, uses_limit }: LinkOut): string {
  const opened = `opened ${times(opens)}`;
  const of = uses_limit === null ? "" : ` of ${uses_limit}`;
  if (right === "run") return `${opened}, ${uses}${of} ${uses === 1 && of === "" ? "run" : "runs"}`;
  if (right === "copy") return `${opened}, ${uses}${of} ${uses === 1 && of === "" ? "copy" : "copies"}`;
  return uses_limit === null ? opened : `opened ${uses}${of} times`;
}

const times = (count: number): string => (count === 1 ? "once" : `${count} times`);

/** What a person or a team can be given. */
export const GRANT_ROLES: readonly { value: GrantRole; label: string; says: string }[] = [
  { value: "viewer", label: "Viewer", says: "Sees the workflow and its runs" },
  { value: "runner", label: "Runner", says: "Runs it, stops runs and answers them" },
  { value: "editor", label: "Editor", says: "Changes, publishes and shares it by link" },
];
