import { lazy, Suspense, useCallback, useState } from "react";
import { isReplay } from "../api/runs";
import { keyOf, runActions } from "../runs/useRun";
import type { Graph } from "../document/connect";
import { callAround, splitKey, type RunState } from "../runs/types";
import type { RunView } from "../runs/view";
import { Button, classes, EmptyState, Kbd, Skeleton } from "../ui";
import { LazyNodeRun } from "./LazyNodeRun";
import { RecentRuns } from "./RecentRuns";
import styles from "./RunBody.module.css";
import { RunResult } from "./RunResult";
import { Timeline } from "./Timeline";
import type { NodeName } from "./timeline";

const LogView = lazy(() => import("./LogView").then((module) => ({ default: module.LogView })));

interface RunBodyProps {
  view: RunView;
  workflowId: string;
  nodes: readonly NodeName[];
  selectedNode: string | null;
  onSelectNode: (nodeId: string) => void;
  onOpen: (runId: string) => void;
  graph: Graph;
}

export function RunBody(props: RunBodyProps) {
  const { view } = props;
  switch (view.kind) {
    case "idle":
      return <Nothing {...props} />;
    case "starting":
    case "loading":
      return <Opening />;
    case "unavailable":
      return <Unavailable view={view} />;
    default:
      return <OpenRun key={view.run.id} {...props} view={view} />;
  }
}

type Pane = "timeline" | "run" | "logs" | "node";

/** The node of the open workflow that stands for a node run: for anything inside a called workflow, the call. */
const onCanvas = (key: string): string => splitKey(callAround(key) ?? key).nodeId;

/** The waterfall, and beside it the run's result or the picked node. On a narrow page one of the three at a time. */
function OpenRun({ view, nodes, graph, selectedNode, onSelectNode }: RunBodyProps & { view: Extract<RunView, { run: RunState }> }) {
  const { run } = view;
  const [pane, setPane] = useState<Pane>("run");
  const [pickedKey, setPickedKey] = useState<string | null>(null);
  const [seenNode, setSeenNode] = useState(selectedNode);
  if (seenNode !== selectedNode) {
    setSeenNode(selectedNode);
    setPane(selectedNode === null ? "run" : "node");
  }
  const isInside = pickedKey !== null && callAround(pickedKey) !== null && onCanvas(pickedKey) === selectedNode;
  const shownKey = selectedNode === null || isInside ? pickedKey : keyOf(selectedNode);
  const pick = useCallback(
    (key: string): void => {
      runActions.pickKey(key);
      setPickedKey(key);
      setPane("node");
      onSelectNode(onCanvas(key));
    },
    [onSelectNode],
  );
  const shownName = shownKey === null ? null : (nodes.find((node) => node.id === splitKey(shownKey).nodeId)?.name ?? splitKey(shownKey).nodeId);
  const tab = (id: Pane, label: string) => (
    <button type="button" className={classes(styles.tab, id === "timeline" && styles.narrow)} aria-pressed={pane === id} onClick={() => setPane(id)}>
      {label}
    </button>
  );
  return (
    <div className={styles.open} data-pane={pane}>
      <div className={styles.left}>
        <Timeline run={run} nodes={nodes} graph={graph} selectedKey={pane === "node" ? shownKey : null} onPick={pick} />
      </div>
      <div className={styles.right}>
        <div className={styles.tabs} role="group" aria-label="What is shown">
          {tab("timeline", "Timeline")}
          {tab("run", "Result")}
          {!isReplay() && tab("logs", "Logs")}
          {shownName !== null && tab("node", shownName)}
        </div>
        <div className={styles.pane}><Shown pane={pane} shownKey={shownKey} view={view} nodes={nodes} onPick={pick} /></div>
      </div>
    </div>
  );
}

interface ShownProps {
  pane: Pane;
  shownKey: string | null;
  view: Extract<RunView, { run: RunState }>;
  nodes: readonly NodeName[];
  onPick: (key: string) => void;
}

function Shown({ pane, shownKey, view, nodes, onPick }: ShownProps) {
  if (pane === "node" && shownKey !== null) return <LazyNodeRun nodeKey={shownKey} />;
  if (pane !== "logs") return <RunResult view={view} nodes={nodes} onPick={onPick} />;
  return (
    <Suspense fallback={null}>
      <LogView runId={view.run.id} nodeKey={null} nameOf={(id) => nodes.find((node) => node.id === id)?.name || id} onPick={onPick} />
    </Suspense>
  );
}

function Nothing({ workflowId, onOpen }: RunBodyProps) {
  return (
    <div className={styles.nothing}>
      <EmptyState icon="play" title="Run it to see it work">
        Press Run or <Kbd keys="Ctrl+Enter" />. Every node lights up as it works, and what it received and gave stays here.
      </EmptyState>
      <div className={styles.past}>
        <h2 className={styles.pastTitle}>Recent runs</h2>
        <RecentRuns workflowId={workflowId} openId={null} onOpen={onOpen} />
      </div>
    </div>
  );
}

function Opening() {
  return (
    <div className={styles.opening} aria-busy="true">
      {[62, 84, 40, 71].map((width) => (
        <Skeleton key={width} width={`${width}%`} height={14} />
      ))}
    </div>
  );
}

function Unavailable({ view }: { view: Extract<RunView, { kind: "unavailable" }> }) {
  const { runId } = view;
  const signIn = `/accounts/login/?next=${encodeURIComponent(window.location.pathname + window.location.search)}`;
  const retry = (): void => void (runId === null ? runActions.close() : runActions.open(runId));
  return (
    <EmptyState
      icon={view.code === "not_found" ? "search" : "cloud-off"}
      title="This run cannot be shown"
      actions={
        <>
          <Button onClick={() => runActions.close()}>Close</Button>
          {view.code === "signed_out" ? (
            <Button kind="primary" onClick={() => window.location.assign(signIn)}>
              Sign in
            </Button>
          ) : (
            view.code !== "not_found" && (
              <Button kind="primary" icon="refresh-cw" onClick={retry}>
                Try again
              </Button>
            )
          )}
        </>
      }
    >
      {view.message}
    </EmptyState>
  );
}
