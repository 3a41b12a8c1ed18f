import { lazy, Suspense, useEffect } from "react";
import { useDocument, useEditor, useProblems, useUi } from "../actions/editor";
import { onlySelected, type UiState } from "../actions/ui";
import type { Problem } from "../contracts/api";
import { openComments } from "../document/comments";
import { LazyNodeRun } from "../runpanel/LazyNodeRun";
import { useNodeRun } from "../runs/useRun";
import { Badge, StatusMark, Tabs } from "../ui";
import styles from "./Inspector.module.css";
import { NodeHeader } from "./NodeHeader";

const loadParams = () => import("./ParamsTab").then((module) => ({ default: module.ParamsTab }));
const ParamsTab = lazy(loadParams);
const PolicyTab = lazy(() => import("./PolicyTab").then((module) => ({ default: module.PolicyTab })));
const CommentsTab = lazy(() => import("./CommentsTab").then((module) => ({ default: module.CommentsTab })));
const PinBar = lazy(() => import("./PinBar").then((module) => ({ default: module.PinBar })));
const SOON_MS = 1500;

type TabName = UiState["inspectorTab"];

/** Everything about the one selected node. */
export function Inspector() {
  const { ui } = useEditor();
  const id = useUi(onlySelected);
  const node = useDocument((view) => (id === null ? undefined : view.nodes.get(id)));
  // The forms come a moment after the canvas, and before anybody has found what to click.
  useEffect(() => {
    const timer = window.setTimeout(() => void loadParams().catch(() => undefined), SOON_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return node ? <NodeInspector key={node.id} id={node.id} onClose={() => ui.setState({ isInspectorOpen: false })} /> : null;
}

function NodeInspector({ id, onClose }: { id: string; onClose: () => void }) {
  const { ui, catalogue } = useEditor();
  const node = useDocument((view) => view.nodes.get(id));
  const tab = useUi((state) => state.inspectorTab);
  const problems = useProblems((index) => index.byNode.get(id));
  const run = useNodeRun(id);
  if (!node) return null;
  const isExecutable = catalogue.typeOf(node)?.executable ?? true;
  const said = openComments(node);
  const tabs = [
    { id: "params", label: <Counted word="Settings" problems={problems?.filter(({ param }) => !param?.startsWith("policy"))} />, content: <Suspense fallback={null}><ParamsTab node={node} /></Suspense> },
    { id: "policy", label: <Counted word="Policy" problems={problems?.filter(({ param }) => param?.startsWith("policy"))} />, content: <Suspense fallback={null}><PolicyTab node={node} /></Suspense> },
    {
      id: "run",
      label: <>Last run {run && <StatusMark status={run.status} />}</>,
      content: (
        <>
          <Suspense fallback={null}>
            <PinBar node={node} />
          </Suspense>
          <LazyNodeRun nodeKey={id} />
        </>
      ),
    },
    { id: "comments", label: <>Comments {said > 0 && <Badge>{said}</Badge>}</>, content: <Suspense fallback={null}><CommentsTab node={node} /></Suspense> },
  ];
  return (
    <aside className={styles.inspector} aria-label={`Settings of ${node.name || node.id}`} data-inspector>
      <NodeHeader node={node} onClose={onClose} />
      <div className={styles.tabs}>
        {isExecutable ? <Tabs label="Parts of the node" tabs={tabs} value={tab} onChange={(next) => ui.setState({ inspectorTab: next as TabName })} /> : <Suspense fallback={null}><ParamsTab node={node} /></Suspense>}
      </div>
    </aside>
  );
}

function Counted({ word, problems = [] }: { word: string; problems?: readonly Problem[] | undefined }) {
  const worst = problems[0]?.severity;
  return (
    <>
      {word}
      {worst && <Badge tone={worst === "error" ? "fail" : "warn"}>{problems.length}</Badge>}
    </>
  );
}
