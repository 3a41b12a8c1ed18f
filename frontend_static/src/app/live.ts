import type { Comparison } from "../document/compare";

/** How much of a draft callers do not get yet, in a few words; nothing where only places and comments differ. */
export function unpublishedWords({ nodes, edges, settings }: Pick<Comparison, "nodes" | "edges" | "settings">): string {
  const changed = nodes.filter(({ mark, fields }) => mark === "added" || mark === "removed" || fields.some(({ field }) => field !== "comments")).length;
  const count = changed + edges.length + settings.length;
  if (count === 0) return "";
  return `${count} ${count === 1 ? "change" : "changes"} not published`;
}
