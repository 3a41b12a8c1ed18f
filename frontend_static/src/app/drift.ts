import type { Comparison } from "../document/compare";

/** What was edited since a run, in a few words; nothing where only places and comments were changed. */
export function driftWords({ nodes, edges }: Pick<Comparison, "nodes" | "edges">): string {
  const edited = nodes.filter(({ mark, fields }) => mark === "added" || mark === "removed" || fields.some(({ field }) => field !== "comments")).length;
  if (edited + edges.length === 0) return "";
  const parts = [edited > 0 && `${edited} ${edited === 1 ? "node" : "nodes"}`, edges.length > 0 && `${edges.length} ${edges.length === 1 ? "edge" : "edges"}`];
  return `Edited since this run: ${parts.filter(Boolean).join(", ")}`;
}
