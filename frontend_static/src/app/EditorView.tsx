import { lazy, Suspense, useMemo } from "react";
import { useDocument, useEditor, useUi } from "../actions/editor";
import { onlySelected, select } from "../actions/ui";
import { useKeymap } from "../actions/useKeymap";
import { Canvas } from "../canvas/Canvas";
import { RefusalPopup } from "../canvas/RefusalPopup";
import type { WorkflowOut } from "../contracts/api";
import { toolsIn } from "../document/connect";
import { Inspector } from "../inspector/Inspector";
import { NodeSearch } from "../palette/NodeSearch";
import { useRunPart } from "../runs/useRun";
import { runOf } from "../runs/view";
import { RunPanel } from "../runpanel/RunPanel";
import { IconButton } from "../ui";
import { Dialogs } from "./Dialogs";
import { EditorBar } from "./EditorBar";
import { SidePanel } from "./SidePanel";
import styles from "./EditorView.module.css";
import { TourHost } from "./TourHost";
import { TouchBar } from "./TouchBar";

interface EditorViewProps {
  workflow: WorkflowOut;
  onWorkflow: (workflow: WorkflowOut) => void;
}

/** The editor's parts around the canvas. */
export function EditorView({ workflow, onWorkflow }: EditorViewProps) {
  const editor = useEditor();
  const { ui } = editor;
  useKeymap(editor);
  const isPaletteOpen = useUi((state) => state.isPaletteOpen);
  const closePalette = (): void => ui.setState({ isPaletteOpen: false });
  return (
    <div className={styles.editor}>
      <EditorBar workflow={workflow} onWorkflow={onWorkflow} />
      <div className={styles.middle}>
        {isPaletteOpen && (
          <div className={styles.palette}>
            <SidePanel onClose={closePalette} />
          </div>
        )}
        <main className={styles.canvas}>
          <Canvas>
            {!isPaletteOpen && (
              <div className={styles.opener}>
                <IconButton kind="secondary" icon="plus" label="Show the palette" keys="L" side="right" onClick={() => ui.setState({ isPaletteOpen: true })} />
              </div>
            )}
          </Canvas>
          <RefusalPopup />
          <NodeSearch />
          <MenuHost />
          <TouchBar />
        </main>
        <InspectorSide />
      </div>
      <RunDock workflowId={editor.workflowId} />
      <Dialogs workflow={workflow} onWorkflow={onWorkflow} />
      <Announcer />
      <TourHost />
    </div>
  );
}

const RunDrift = lazy(() => import("./RunDrift"));

/** Beside the draft, what it has of other than the open run. */
function DriftHost() {
  const runId = useRunPart((view) => runOf(view)?.id ?? null);
  return runId === null ? null : (
    <Suspense fallback={null}>
      <RunDrift key={runId} runId={runId} />
    </Suspense>
  );
}

const ContextMenu = lazy(() => import("./ContextMenu"));

function MenuHost() {
  const isOpen = useUi((state) => state.menu !== null);
  return isOpen ? (
    <Suspense fallback={null}>
      <ContextMenu />
    </Suspense>
  ) : null;
}

export function InspectorSide() {
  const isOpen = useUi((state) => state.isInspectorOpen && onlySelected(state) !== null);
  return isOpen ? (
    <div className={styles.inspector}>
      <Inspector />
    </div>
  ) : null;
}

export function RunDock({ workflowId, onStarted }: { workflowId: string; onStarted?: (runId: string) => void }) {
  const { ui, autosave } = useEditor();
  const saveDraft = useMemo(() => (autosave ? () => autosave.flush() : null), [autosave]);
  const nodes = useDocument((view) => view.nodes);
  const selected = useUi(onlySelected);
  const edges = useDocument((view) => view.edges);
  const names = useMemo(() => [...nodes.values()].filter(({ id }) => !toolsIn(edges).has(id)).map(({ id, name, type }) => ({ id, name: name || id, type })), [nodes, edges]);
  const graph = useMemo(() => ({ nodes, edges }), [nodes, edges]);
  const show = (id: string): void => {
    if (!nodes.has(id)) return;
    select(ui, [id]);
    ui.getState().canvas?.show(id);
  };
  return <RunPanel workflowId={workflowId} nodes={names} graph={graph} selectedNode={selected} onSelectNode={show} saveDraft={saveDraft} note={autosave ? <DriftHost /> : null} {...(onStarted && { onStarted })} />;
}

export function Announcer() {
  const text = useUi((state) => state.announcement);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
