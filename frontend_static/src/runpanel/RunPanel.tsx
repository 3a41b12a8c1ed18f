import { lazy, Suspense, useEffect, useState, type ReactNode } from "react";
import type { Graph } from "../document/connect";
import { runActions, useRunView } from "../runs/useRun";
import { IconButton, Popover } from "../ui";
import { Announcer } from "./Announcer";
import { recall, remember } from "./remembered";
import { RecentRuns } from "./RecentRuns";
import { ResumeHost, ResumeRun } from "./ResumeButtons";
import { CancelRun, RunHeader } from "./RunHeader";
import styles from "./RunPanel.module.css";
import type { NodeName } from "./timeline";
import { useResize } from "./useResize";

const loadBody = () => import("./RunBody");
const RunBody = lazy(() => loadBody().then((module) => ({ default: module.RunBody })));

const ShareReplay = lazy(() => import("../share/ShareReplay"));

interface RunPanelProps {
  workflowId: string;
  nodes: readonly NodeName[];
  graph: Graph;
  selectedNode: string | null;
  onSelectNode: (nodeId: string) => void;
  /** Where there is a draft: has it saved before a run is asked of it. False when it could not be. */
  saveDraft: (() => Promise<boolean>) | null;
  /** What is to be said beside the facts of the run. */
  note?: ReactNode;
  /** Where the page is about one run: goes to the run that goes on from it. */
  onStarted?: (runId: string) => void;
}

const stay = (): void => undefined;

/** Docked below the canvas: the open run, live or past. Its height and whether it is folded are kept in this browser. */
export function RunPanel({ workflowId, nodes, graph, selectedNode, onSelectNode, saveDraft, note = null, onStarted = stay }: RunPanelProps) {
  const view = useRunView();
  const [isFolded, setFolded] = useState(() => recall("runpanel.folded") === true || view.kind === "idle");
  const [isListOpen, setListOpen] = useState(false);
  const [sharing, setSharing] = useState<string | null>(null);
  const { height, handle } = useResize("runpanel.height", { initial: 300, min: 160, maxShare: 0.8 });
  const fold = (next: boolean): void => {
    setFolded(next);
    remember("runpanel.folded", next);
  };
  const [seenKind, setSeenKind] = useState(view.kind);
  if (seenKind !== view.kind) {
    setSeenKind(view.kind);
    if (view.kind === "starting" || view.kind === "loading") setFolded(false);
  }
  useEffect(whenIdle, []);
  const open = (runId: string): void => {
    setListOpen(false);
    void runActions.open(runId);
  };
  const openId = view.kind === "live" || view.kind === "stale" || view.kind === "ended" ? view.run.id : null;

  return (
    <section className={styles.panel} aria-label="Run" style={{ height: isFolded ? undefined : height }} data-folded={isFolded || undefined}>
      {!isFolded && <div className={styles.handle} {...handle} aria-label="Height of the run panel" />}
      <header className={styles.head}>
        <IconButton small icon={isFolded ? "chevron-up" : "chevron-down"} label={isFolded ? "Unfold the run panel" : "Fold the run panel"} side="top" aria-expanded={!isFolded} onClick={() => fold(!isFolded)} />
        <RunHeader view={view} />
        {note}
        <div className={styles.end}>
          <ResumeRun view={view} />
          <CancelRun view={view} />
          {view.kind === "ended" && <IconButton small icon="share-2" label="Share the replay of this run" side="top" onClick={() => setSharing(view.run.id)} />}
          <Popover label="Recent runs" align="end" side="top" open={isListOpen} onOpenChange={setListOpen} trigger={<IconButton small icon="history" label="Recent runs" side="top" />}>
            <RecentRuns workflowId={workflowId} openId={openId} onOpen={open} />
          </Popover>
          {openId !== null && <IconButton small icon="x" label="Close this run" side="top" onClick={() => runActions.close()} />}
        </div>
      </header>
      {!isFolded && (
        <Suspense fallback={<div className={styles.loading} />}>
          <RunBody view={view} workflowId={workflowId} nodes={nodes} graph={graph} selectedNode={selectedNode} onSelectNode={onSelectNode} onOpen={open} />
        </Suspense>
      )}
      <ResumeHost nodes={nodes} saveDraft={saveDraft} onStarted={onStarted} />
      <Announcer view={view} nodes={nodes} />
      {sharing !== null && (
        <Suspense fallback={null}>
          <ShareReplay runId={sharing} onClose={() => setSharing(null)} />
        </Suspense>
      )}
    </section>
  );
}

/** The body is not needed to open the editor, but it is there before the first run. */
function whenIdle(): void {
  window.setTimeout(() => void loadBody().catch(() => undefined), 1_000);
}
