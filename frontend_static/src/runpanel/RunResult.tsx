import { lazy, Suspense } from "react";
import type { JsonObject } from "../contracts/api";
import { RUN_TERMINAL, type NodeState, type RunState } from "../runs/types";
import { useNodeRun } from "../runs/useRun";
import type { RunView } from "../runs/view";
import { Button, Icon } from "../ui";
import { failedNode } from "./announce";
import { ASKING } from "./asking";
import { ErrorCard } from "./ErrorCard";
import { farWords } from "./Iteration";
import { LoadingValue } from "./LoadNotes";
import styles from "./RunResult.module.css";
import { TextView } from "./TextView";
import type { NodeName } from "./timeline";
import { TurnScores } from "./TurnScores";

const ValueView = lazy(() => import("./ValueView").then((module) => ({ default: module.ValueView })));

interface RunResultProps {
  view: Extract<RunView, { kind: "live" | "stale" | "ended" }>;
  nodes: readonly NodeName[];
  onPick: (key: string) => void;
}

/** What the run as a whole gives: text as it streams, the output, or why it failed and where. */
export function RunResult({ view, nodes, onPick }: RunResultProps) {
  const { run } = view;
  const isOver = RUN_TERMINAL.has(run.status);
  return (
    <div className={styles.result}>
      {run.status === "failed" && <Failure run={run} nodes={nodes} onPick={onPick} />}
      {run.status === "cancelled" && <p className={styles.quiet}>{CANCELLED[run.reason] ?? "The run was cancelled. What had finished is kept."}</p>}
      {asking(run).map((node) => (
        <div key={node.key} className={styles.asking} role="status">
          <Icon name={WANTED[node.reason]?.icon ?? "user"} size={16} />
          <span>
            {nameOf(nodes, node.nodeId)} {WANTED[node.reason]?.says ?? "waits for an answer."}
          </span>
          <Button small kind="primary" onClick={() => onPick(node.key)}>
            Answer
          </Button>
        </div>
      ))}
      {run.status === "waiting" && asking(run).length === 0 && <p className={styles.quiet}>Everything left is waiting. The run goes on by itself when the time comes; this page may be closed.</p>}
      {run.status === "queued" && <p className={styles.quiet}>Waiting for a worker to take the run.</p>}
      {!isOver && [...run.nodes.values()].filter((node) => node.status === "running").map((node) => <Streaming key={node.key} nodeKey={node.key} nodes={nodes} onPick={onPick} />)}
      {[...run.nodes.values()].filter(({ progress, scopePath }) => scopePath === "" && progress && Object.keys(progress.scores).length > 0).map(({ key, nodeId }) => (
        <Turns key={key} nodeKey={key} name={nameOf(nodes, nodeId)} />
      ))}
      {view.kind === "ended" && !view.isWhole && run.status === "succeeded" && <LoadingValue />}
      {view.kind === "ended" && view.isWhole && (
        <Suspense fallback={<LoadingValue />}>
          <Output run={run} />
        </Suspense>
      )}
      {Object.keys(run.input).length > 0 && (
        <details className={styles.input}>
          <summary>Input of the run</summary>
          <Suspense fallback={<LoadingValue />}>
            <ValueView label="Input" value={run.input} fileName="run-input" />
          </Suspense>
        </details>
      )}
    </div>
  );
}

const asking = (run: RunState): NodeState[] => [...run.nodes.values()].filter((node) => node.status === "waiting" && ASKING.has(node.reason));

const WANTED: Record<string, { icon: string; says: string }> = {
  budget: { icon: "coins", says: "would exceed the budget." },
  uncertain: { icon: "triangle-alert", says: "was cut off: nobody knows whether it happened." },
};

const nameOf = (nodes: readonly NodeName[], id: string): string => nodes.find((one) => one.id === id)?.name || id;

const CANCELLED: Record<string, string> = { run_timeout: "The run was stopped because it reached its time limit.", timeout: "The run was stopped because it reached its time limit." };

function Failure({ run, nodes, onPick }: { run: RunState } & Pick<RunResultProps, "nodes" | "onPick">) {
  const node = failedNode(run);
  const fault = run.error ?? node?.error ?? { code: "unknown", message: "The server gave no reason." };
  const name = nodes.find((one) => one.id === node?.nodeId)?.name || node?.nodeId;
  const action = node && (
    <Button small icon="crosshair" onClick={() => onPick(node.key)}>
      Show the node
    </Button>
  );
  return <ErrorCard title={name === undefined ? "The run failed" : `Failed at ${name}`} fault={fault} actions={action} />;
}

function Output({ run }: { run: RunState }) {
  const output: JsonObject = run.output ?? {};
  const names = Object.keys(output);
  if (names.length === 0) {
    return run.status === "succeeded" ? <p className={styles.quiet}>The run succeeded and gave no output: no Output node was reached.</p> : null;
  }
  return names.map((name) => <ValueView key={name} label={name === "result" && names.length === 1 ? "Output" : name} value={output[name] ?? null} fileName={`output-${name}`} />);
}

function Turns({ nodeKey, name }: { nodeKey: string; name: string }) {
  const node = useNodeRun(nodeKey);
  return node && <TurnScores node={node} name={name} />;
}

function Streaming({ nodeKey, nodes, onPick }: { nodeKey: string } & Pick<RunResultProps, "nodes" | "onPick">) {
  const node = useNodeRun(nodeKey);
  if (node === undefined) return null;
  const name = nodes.find((one) => one.id === node.nodeId)?.name || node.nodeId;
  return (
    <section className={styles.streaming} aria-label={name}>
      <button type="button" className={styles.source} onClick={() => onPick(nodeKey)}>
        <Icon name="loader-circle" size={14} className={styles.turning} />
        {name}
        {node.progress && (
          <span className={styles.far}>
            {farWords(node.progress)}
            {node.progress.failed > 0 && <span className={styles.wrong}>, {node.progress.failed.toLocaleString("en")} failed</span>}
          </span>
        )}
      </button>
      {node.text !== "" && <TextView text={node.text} isStreaming />}
    </section>
  );
}
