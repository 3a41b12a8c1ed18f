import { lazy, Suspense, useEffect, useRef } from "react";
import { useStore } from "zustand";
import { isReplay, nodeRunGet } from "../api/runs";
import { useResource } from "../api/useResource";
import type { NodeRunDetailOut } from "../contracts/api";
import { formatElapsed, formatMoment, formatUsage } from "../runs/format";
import { NODE_TERMINAL, type RunState } from "../runs/types";
import { useNow } from "../runs/useNow";
import { useNodeRun, useRunView } from "../runs/useRun";
import { runOf, type NodeRunView } from "../runs/view";
import { Badge, formatDuration, Icon, StatusMark, Tabs } from "../ui";
import { requestOf } from "./asking";
import { AttemptList } from "./AttemptList";
import { LogView } from "./LogView";
import { NodeInput } from "./NodeInput";
import { NodeOutput } from "./NodeOutput";
import styles from "./NodeRunDetail.module.css";
import { partStore, type Part } from "./parts";
import { RunPart } from "./ResumeButtons";
import { ScopePicker } from "./ScopePicker";

const Trace = lazy(() => import("./Trace").then((module) => ({ default: module.Trace })));
const Calls = lazy(() => import("./Calls").then((module) => ({ default: module.Calls })));
const PassOn = lazy(() => import("./PassOn").then((module) => ({ default: module.PassOn })));
const Approval = lazy(() => import("./Approval").then((module) => ({ default: module.Approval })));

const fetchNode = (address: string, signal: AbortSignal): Promise<NodeRunDetailOut | null> => {
  const [runId = "", key = ""] = address.split("\n");
  return key === "" ? Promise.resolve(null) : nodeRunGet(runId, key, { signal });
};

/** What one node received, gave, tried and said in the open run. Takes a key, or a node id for where it moved last. */
export function NodeRunDetail({ nodeKey }: { nodeKey: string }) {
  const run = runOf(useRunView());
  const node = useNodeRun(nodeKey);
  if (run === null) return <p className={styles.none}>Run the workflow to see what this node receives and gives.</p>;
  if (node === undefined) return <p className={styles.none}>This node did not run in the open run.</p>;
  if (node.status === "pending" || node.status === "ready") {
    return (
      <div className={styles.detail}>
        <ScopePicker node={node} />
        <p className={styles.none}>Waiting for its turn.</p>
      </div>
    );
  }
  return (
    <div className={styles.detail}>
      <Facts run={run} node={node} />
      <ScopePicker node={node} />
      <Parts key={`${run.id} ${node.key}`} run={run} node={node} />
    </div>
  );
}

function Facts({ run, node }: { run: RunState; node: NodeRunView }) {
  const isTicking = !NODE_TERMINAL.has(node.status);
  const now = useNow(isTicking);
  return (
    <div className={styles.facts}>
      <StatusMark status={node.degraded && node.status === "succeeded" ? "degraded" : node.status} word />
      {node.startedAt !== null && <span className={styles.fact}>{node.finishedAt === null ? formatElapsed(now - node.startedAt) : formatDuration((node.finishedAt - node.startedAt) / 1000)}</span>}
      {typeof node.waiting?.until === "number" && <span className={styles.fact}>until {formatMoment(node.waiting.until, now)}</span>}
      {node.usage !== null && node.usage.input_tokens + node.usage.output_tokens > 0 && (
        <span className={styles.fact} title={node.usage.model || undefined}>
          {formatUsage(node.usage)}
        </span>
      )}
      {node.attempt > 1 && <Badge tone="warn">attempt {node.attempt}</Badge>}
      {node.reason === "port" && <Badge>error routed on</Badge>}
      {node.reason === "skip" && <Badge>error tolerated</Badge>}
      {node.reason === "left_out" && <Badge>not asked for</Badge>}
      <TakenOver node={node} />
      <span className={styles.runPart}>
        {!isReplay() && <RunPart run={run} node={node} />}
      </span>
    </div>
  );
}

/** Where a result comes from that this run did not work for. */
function TakenOver({ node: { origin } }: { node: NodeRunView }) {
  if (origin.how === "") return null;
  if (origin.how === "pinned") return <Badge>pinned value</Badge>;
  return (
    <>
      {origin.stale && <Badge tone="warn">has changed since</Badge>}
      {origin.from === null ? (
        <Badge>taken over</Badge>
      ) : (
        <a className={styles.origin} href={`/runs/${encodeURIComponent(origin.from)}`} title="Open the run in which the work was done">
          <Icon name="history" size={14} />
          taken over
        </a>
      )}
    </>
  );
}

/** The values are asked for when the node has moved: events carry previews only. */
function Parts({ run, node }: { run: RunState; node: NodeRunView }) {
  const { state, reload } = useResource(fetchNode, `${run.id}\n${node.status === "skipped" || node.status === "upstream_failed" ? "" : node.key}`);
  const { part, ofAgent } = useStore(partStore);
  const seen = useRef(`${node.status} ${node.attempt}`);
  useEffect(() => {
    const moved = `${node.status} ${node.attempt}`;
    if (moved === seen.current) return;
    seen.current = moved;
    void reload();
  }, [node.status, node.attempt, reload]);
  const detail = state.kind === "ready" ? state.value : null;
  const failed = state.kind === "failed" ? state.error : null;
  const retry = (): void => void reload();
  const attempts = detail?.attempts.length ?? 0;
  const logs = detail?.log_lines ?? 0;
  const tabs = [
    { id: "output", label: "Output", content: <NodeOutput node={node} detail={detail} error={failed} onRetry={retry} /> },
    { id: "input", label: "Input", content: <NodeInput node={node} detail={detail} error={failed} onRetry={retry} /> },
    { id: "attempts", label: <Counted word="Attempts" count={attempts > 1 ? attempts : 0} />, content: <AttemptList attempts={detail?.attempts ?? []} /> },
    ...(isReplay() ? [] : [{ id: "logs", label: <Counted word="Logs" count={logs} />, content: <LogView runId={run.id} nodeKey={node.key} /> }]),
  ];
  const calls = Math.max(node.calls, detail?.calls ?? 0);
  const whole = calls === 0 ? tabs : [...tabs, { id: "calls", label: <Counted word="Calls" count={calls} />, content: <Suspense fallback={null}><Calls runId={run.id} node={node} /></Suspense> }];
  const isAgent = node.steps > 0 || (detail?.steps ?? 0) > 0;
  const trace = { id: "trace", label: "Trace", content: <Suspense fallback={null}><Trace runId={run.id} node={node} /></Suspense> };
  const request = requestOf(detail);
  return (
    <div className={styles.tabs}>
      {request && node.status === "waiting" && (
        <Suspense fallback={null}>
          <Approval key={`${node.key} ${node.attempt}`} runId={run.id} nodeKey={node.key} request={request} onStale={retry} extra={node.reason === "approval" && <PassOn runId={run.id} nodeKey={node.key} onPassedOn={retry} onStale={retry} />} />
        </Suspense>
      )}
      {isAgent ? (
        <Tabs label="Parts of the node run" tabs={[trace, ...tabs]} value={ofAgent === "calls" ? "trace" : ofAgent} onChange={(next) => partStore.setState({ ofAgent: next as Part | "trace" })} />
      ) : (
        <Tabs label="Parts of the node run" tabs={whole} value={part === "calls" && calls === 0 ? "output" : part} onChange={(next) => partStore.setState({ part: next as Part })} />
      )}
    </div>
  );
}

function Counted({ word, count }: { word: string; count: number }) {
  return (
    <>
      {word}
      {count > 0 && <span className={styles.count}>{count.toLocaleString("en-US")}</span>}
    </>
  );
}
