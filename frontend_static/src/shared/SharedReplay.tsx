import { useEffect, useMemo } from "react";
import { EditorContext, useDocument, useEditor, useUi } from "../actions/editor";
import { onlySelected, select } from "../actions/ui";
import { readReplayOf } from "../api/runs";
import { Canvas } from "../canvas/Canvas";
import type { SharedOut } from "../contracts/api";
import { toolsIn } from "../document/connect";
import { RunBody } from "../runpanel/RunBody";
import { RunHeader } from "../runpanel/RunHeader";
import { runActions, useRunView } from "../runs/useRun";
import { openShared } from "./openShared";
import { Keys, ReadOnlyNote } from "./SharedGraph";
import { SharedFrame } from "./SharedFrame";
import styles from "./shared.module.css";

/** One run of a workflow as it went: the graph with what became of each step, when, and what each gave. */
export default function SharedReplay({ token, shared }: { token: string; shared: SharedOut }) {
  const editor = useMemo(() => openShared(shared, true), [shared]);
  useEffect(() => {
    readReplayOf(token);
    void runActions.open(token);
    return () => {
      runActions.close();
      readReplayOf(null);
    };
  }, [token]);
  return (
    <SharedFrame title={shared.name} isWhole note={<ReadOnlyNote />}>
      <EditorContext value={editor}>
        <Keys />
        <main className={styles.canvas}>
          <Canvas />
        </main>
        <ReplayPanel />
      </EditorContext>
    </SharedFrame>
  );
}

const nowhere = (): void => undefined;

function ReplayPanel() {
  const { ui } = useEditor();
  const view = useRunView();
  const nodes = useDocument((state) => state.nodes);
  const edges = useDocument((state) => state.edges);
  const selected = useUi(onlySelected);
  const graph = useMemo(() => ({ nodes, edges }), [nodes, edges]);
  const names = useMemo(() => [...nodes.values()].filter(({ id }) => !toolsIn(edges).has(id)).map(({ id, name, type }) => ({ id, name: name || id, type })), [nodes, edges]);
  const show = (id: string): void => {
    if (!nodes.has(id)) return;
    select(ui, [id]);
    ui.getState().canvas?.show(id);
  };
  return (
    <section className={styles.replay} aria-label="Run">
      <header className={styles.replayHead}>
        <span className={styles.replayWord}>Replay of a run</span>
        <RunHeader view={view} />
      </header>
      {view.kind !== "idle" && <RunBody view={view} workflowId="" nodes={names} graph={graph} selectedNode={selected} onSelectNode={show} onOpen={nowhere} />}
    </section>
  );
}
