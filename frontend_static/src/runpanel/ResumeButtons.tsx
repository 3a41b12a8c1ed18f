import { lazy, Suspense } from "react";
import { useStore } from "zustand";
import { levelsOf } from "../runs/iterations";
import { RUN_TERMINAL, type RunState } from "../runs/types";
import { runOf, type NodeRunView, type RunView } from "../runs/view";
import { Button, Menu } from "../ui";
import { failedNode } from "./announce";
import type { NodeName } from "./timeline";
import { forgetWish, wishFor, wishStore, type Wish } from "./wish";

const ResumeDialog = lazy(() => import("./ResumeDialog").then((module) => ({ default: module.ResumeDialog })));

/** Results are found again by their keys, and the scopes of a container's later attempts are not those of a new run. */
const isFindable = (key: string): boolean => !key.includes("~");

function wishOf(run: RunState, kind: Wish["kind"], node = "", edit: string | null = null): Wish {
  return { runId: run.id, workflowId: run.workflow.id, kind, node, edit };
}

/** Goes on from the shown run, where something is left to do. */
export function ResumeRun({ view }: { view: RunView }) {
  const run = runOf(view);
  if (run === null || (run.status !== "failed" && run.status !== "cancelled")) return null;
  const broken = failedNode(run);
  const edit = broken && isFindable(broken.key) ? broken.key : null;
  return (
    <Button small kind="primary" icon="play" onClick={() => wishFor(wishOf(run, "resume", "", edit))}>
      Resume
    </Button>
  );
}

/** Runs a part of the graph around one node, on what the shown run has. */
export function RunPart({ run, node }: { run: RunState; node: NodeRunView }) {
  if (!RUN_TERMINAL.has(run.status) || !isFindable(node.key)) return null;
  const ask = (kind: Wish["kind"]) => () => wishFor(wishOf(run, kind, node.key, node.key));
  const scope = levelsOf(node.key).at(-1);
  const inside = [
    { id: "from_here", label: "Run from here", icon: "play", perform: ask("from_here") },
    { id: "only", label: "Run only this node", icon: "circle-dot", perform: ask("only") },
    ...(scope ? [{ id: "again", label: `Run #${scope.index + 1} again`, icon: "repeat", perform: () => wishFor(wishOf(run, "from_here", scope.path)) }] : []),
  ];
  const entries = node.key.includes("/") ? inside : [
    { id: "from_here", label: "Run from here", icon: "play", perform: ask("from_here") },
    { id: "only", label: "Run only this node", icon: "circle-dot", perform: ask("only") },
    { id: "to_here", label: "Run up to here", icon: "flag", perform: ask("to_here") },
  ];
  return (
    <Menu entries={entries} align="end">
      <Button small icon="play" aria-label="Run a part of the workflow">
        Run…
      </Button>
    </Menu>
  );
}

interface ResumeHostProps {
  nodes: readonly NodeName[];
  saveDraft: (() => Promise<boolean>) | null;
  onStarted: (runId: string) => void;
}

/** Holds the dialog while somebody asks for it. */
export function ResumeHost(props: ResumeHostProps) {
  const wish = useStore(wishStore, (state) => state.wish);
  if (wish === null) return null;
  return (
    <Suspense fallback={null}>
      <ResumeDialog key={`${wish.runId} ${wish.kind} ${wish.node}`} wish={wish} {...props} onClose={forgetWish} />
    </Suspense>
  );
}
