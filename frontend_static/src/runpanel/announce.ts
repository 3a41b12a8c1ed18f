import type { NodeStatus } from "../contracts/api";
import { formatElapsed } from "../runs/format";
import { callAround, type NodeState, type RunState } from "../runs/types";
import type { NodeName } from "./timeline";

/** What a screen reader is told, politely, of a run that goes on. */
export function progressSentence(run: RunState, names: readonly NodeName[]): string {
  switch (run.status) {
    case "queued":
      return "Run queued.";
    case "running": {
      const { done, total } = progressOf(run, names.length);
      const active = [...run.nodes.values()].filter((node) => node.status === "running").map((node) => nameOf(node, names));
      const now = active.length === 0 ? "" : active.length <= 2 ? ` Now ${active.join(" and ")}.` : ` Now ${active.length} nodes at once.`;
      return `${done} of ${total} nodes done.${now}`;
    }
    case "waiting":
      return "Run waiting.";
    case "succeeded":
      return `Run succeeded${took(run)}.`;
    case "cancelled":
      return "Run cancelled.";
    case "failed":
      return "";
  }
}

/** What it is told at once, when a run failed. */
export function failureSentence(run: RunState, names: readonly NodeName[]): string {
  if (run.status !== "failed") return "";
  const node = failedNode(run);
  const place = node === undefined ? "" : ` at ${nameOf(node, names)}`;
  return `Run failed${place}. ${run.error?.message ?? ""}`.trim();
}

/** The node that a failed run failed at: the first failure that nothing took. */
export function failedNode(run: RunState): NodeState | undefined {
  const failed = [...run.nodes.values()].filter((node) => node.status === "failed" && node.reason !== "port" && node.reason !== "skip");
  return failed.sort((a, b) => (a.finishedAt ?? 0) - (b.finishedAt ?? 0))[0];
}

function nameOf(node: NodeState, names: readonly NodeName[]): string {
  return names.find((name) => name.id === node.nodeId)?.name || node.nodeId;
}

function took(run: RunState): string {
  return run.startedAt === null || run.finishedAt === null ? "" : ` in ${formatElapsed(run.finishedAt - run.startedAt)}`;
}

const DONE: ReadonlySet<NodeStatus> = new Set(["succeeded", "failed", "skipped", "cancelled", "upstream_failed"]);

/** How far the run is, counted in nodes. */
export function progressOf(run: RunState, total: number): { done: number; total: number } {
  let done = 0;
  let seen = 0;
  for (const node of run.nodes.values()) {
    if (callAround(node.key) !== null) continue;
    seen += 1;
    if (DONE.has(node.status)) done += 1;
  }
  return { done, total: Math.max(total, seen) };
}
