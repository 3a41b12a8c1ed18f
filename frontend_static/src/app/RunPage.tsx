import { useEffect, useState } from "react";
import { EditorContext, type Editor } from "../actions/editor";
import { useKeymap } from "../actions/useKeymap";
import { asApiError, isAbort, type ApiError } from "../api/client";
import { Canvas } from "../canvas/Canvas";
import { runActions, useRunView } from "../runs/useRun";
import { runOf } from "../runs/view";
import { Button, StatusMark } from "../ui";
import { Announcer, InspectorSide, RunDock } from "./EditorView";
import styles from "./EditorView.module.css";
import bar from "./EditorBar.module.css";
import { Mark } from "./Mark";
import { openRunGraph } from "./openEditor";
import { OpenFailed, OpeningEditor } from "./OpeningEditor";
import { Link, navigate } from "./router";
import { ThemeButton } from "./ThemeButton";

type State = { kind: "loading" } | { kind: "failed"; error: ApiError } | { kind: "ready"; editor: Editor };

/** A run on the very graph it ran on: to be read, not changed. */
export default function RunPage({ runId }: { runId: string }) {
  const view = useRunView();
  const workflowId = runOf(view)?.workflow.id;
  const [state, setState] = useState<State>({ kind: "loading" });
  useEffect(() => {
    void runActions.open(runId);
    return () => runActions.close();
  }, [runId]);
  useEffect(() => {
    if (!workflowId) return;
    const controller = new AbortController();
    openRunGraph(runId, workflowId, controller.signal).then(
      (editor) => !controller.signal.aborted && setState({ kind: "ready", editor }),
      (thrown: unknown) => !isAbort(thrown) && !controller.signal.aborted && setState({ kind: "failed", error: asApiError(thrown) }),
    );
    return () => controller.abort();
  }, [runId, workflowId]);

  if (view.kind === "unavailable" && state.kind !== "ready") return <OpenFailed error={asApiError({ ...view, status: view.code === "not_found" ? 404 : 0 })} />;
  if (state.kind === "failed") return <OpenFailed error={state.error} />;
  if (state.kind === "loading") return <OpeningEditor />;
  return (
    <EditorContext value={state.editor}>
      <RunView editor={state.editor} />
    </EditorContext>
  );
}

function RunView({ editor }: { editor: Editor }) {
  useKeymap(editor);
  const run = runOf(useRunView());
  const name = run?.workflow.name ?? "Run";
  useEffect(() => {
    document.title = `Run of ${name} – GraphApp`;
  }, [name]);
  return (
    <div className={styles.editor}>
      <header className={bar.bar}>
        <Link href="/" className={bar.home} aria-label="Home" title="Home">
          <Mark />
        </Link>
        <h1 className={bar.title}>{name}</h1>
        {run && <StatusMark status={run.status} word />}
        <div className={bar.end}>
          <ThemeButton />
          <Button icon="workflow" onClick={() => navigate(`/workflows/${encodeURIComponent(editor.workflowId)}${run ? `?run=${encodeURIComponent(run.id)}` : ""}`)}>
            Open in editor
          </Button>
        </div>
      </header>
      <div className={styles.middle}>
        <main className={styles.canvas}>
          <Canvas />
        </main>
        <InspectorSide />
      </div>
      <RunDock workflowId={editor.workflowId} onStarted={(id) => navigate(`/runs/${encodeURIComponent(id)}`)} />
      <Announcer />
    </div>
  );
}
