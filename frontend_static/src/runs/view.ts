import type { Fault, NodeStatus, Usage } from "../contracts/api";
import { shownText, type StreamedText } from "./deltas";
import type { Link } from "./socket";
import { RUN_TERMINAL, type Decision, type Millis, type NodeState, type Origin, type Progress, type RunState, type Span } from "./types";

/** What the page knows of the run it shows. One thing at a time. */
export type RunView =
  | { kind: "idle" }
  | { kind: "starting"; workflowId: string }
  | { kind: "loading"; runId: string }
  | { kind: "live"; run: RunState; link: Link }
  | { kind: "stale"; run: RunState; why: string }
  /** `isWhole` once the full answer is there: events alone carry previews, not the output. */
  | { kind: "ended"; run: RunState; isWhole: boolean }
  | { kind: "unavailable"; runId: string | null; code: string; message: string };

/** What one node shows. The object stays the same until something about the node changes. */
export interface NodeRunView {
  key: string;
  nodeId: string;
  status: NodeStatus;
  reason: string;
  attempt: number;
  startedAt: Millis | null;
  finishedAt: Millis | null;
  usage: Usage | null;
  error: Fault | null;
  preview: string | null;
  degraded: boolean;
  origin: Origin;
  ports: readonly string[];
  progress: Progress | null;
  steps: number;
  calls: number;
  decision: Decision | null;
  spans: readonly Span[];
  /** Streamed so far in this attempt; empty where the node does not stream. */
  text: string;
  waiting: { until: Millis | null; reason: string } | null;
}

export function nodeView(node: NodeState, streamed: StreamedText | undefined): NodeRunView {
  const { wakeAt, scopePath: _scope, ...shown } = node;
  return {
    ...shown,
    progress: node.progress && inAll(node.progress),
    text: streamed !== undefined && streamed.attempt === node.attempt ? shownText(streamed) : "",
    waiting: node.status === "waiting" ? { until: wakeAt, reason: node.reason } : null,
  };
}

/** How far a container is with all its parts. */
function inAll(progress: Progress): Progress {
  const sum = (what: "done" | "failed" | "running"): number => (progress.parts ?? []).reduce((all, part) => all + part[what], progress[what]);
  return { ...progress, done: sum("done"), failed: sum("failed"), running: sum("running") };
}

/** The run inside a view, where there is one. */
export function runOf(view: RunView): RunState | null {
  return view.kind === "live" || view.kind === "stale" || view.kind === "ended" ? view.run : null;
}

/** Whether nodes that nothing is known of are still to come. */
export function isUnderWay(view: RunView): boolean {
  if (view.kind === "starting") return true;
  const run = runOf(view);
  return run !== null && !RUN_TERMINAL.has(run.status);
}
