/** What a run waited for: the chain of node runs of which each began when the one before it had ended. */
import { useSyncExternalStore } from "react";
import type { Millis, NodeState, RunState } from "./types";

export interface Link {
  source: string;
  target: string;
}

/** One node on the way, and how much of the run's time was its own. */
export interface Step {
  key: string;
  nodeId: string;
  millis: Millis;
}

/**
 * The way through the root scope on which the run's end depended, from its beginning to what ended last.
 *
 * Before each node stands the one of those it waited for that ended last. Waiting for a worker counts for the node that waited.
 */
export function criticalPath(run: RunState, links: readonly Link[]): Step[] {
  const ended = new Map<string, NodeState>();
  for (const node of run.nodes.values()) if (node.scopePath === "" && node.startedAt !== null && node.finishedAt !== null && node.origin.how === "") ended.set(node.nodeId, node);
  const before = new Map<string, string[]>();
  for (const { source, target } of links) before.set(target, [...(before.get(target) ?? []), source]);
  const path: Step[] = [];
  const seen = new Set<string>();
  let at = lastOf(ended.values());
  while (at && !seen.has(at.nodeId)) {
    seen.add(at.nodeId);
    const previous = lastOf((before.get(at.nodeId) ?? []).flatMap((id) => ended.get(id) ?? []));
    const from = Math.max(previous?.finishedAt ?? run.startedAt ?? run.createdAt, 0);
    path.push({ key: at.key, nodeId: at.nodeId, millis: Math.max(0, (at.finishedAt ?? from) - from) });
    at = previous;
  }
  return path.reverse();
}

function lastOf(nodes: Iterable<NodeState>): NodeState | undefined {
  let last: NodeState | undefined;
  for (const node of nodes) if (!last || (node.finishedAt ?? 0) >= (last.finishedAt ?? 0)) last = node;
  return last;
}

/** The way that is shown now, by node id; null while none is. */
let shown: ReadonlySet<string> | null = null;
const listeners = new Set<() => void>();

export function showCritical(path: readonly Step[] | null): void {
  shown = path && new Set(path.map(({ nodeId }) => nodeId));
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Whether a node, or both ends of an edge, are on the way that is shown; undefined while none is. */
export function useIsCritical(...ids: string[]): boolean | undefined {
  return useSyncExternalStore(subscribe, () => (shown ? ids.every((id) => shown?.has(id)) : undefined));
}
