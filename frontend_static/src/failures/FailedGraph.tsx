import { useEffect, useState } from "react";
import { EditorContext, type Editor } from "../actions/editor";
import { select } from "../actions/ui";
import { asApiError, isAbort } from "../api/client";
import { Announcer, InspectorSide } from "../app/EditorView";
import { openRunGraph } from "../app/openEditor";
import { Canvas } from "../canvas/Canvas";
import { callAround, splitKey } from "../runs/types";
import { runActions, useRunView } from "../runs/useRun";
import { runOf } from "../runs/view";
import { Skeleton } from "../ui";
import styles from "./review.module.css";

interface FailedGraphProps {
  runId: string;
  workflowId: string;
  nodeKey: string;
}

/** The graph as the run ran it, with the failed node lit and what it received, tried and said beside it. */
export default function FailedGraph({ runId, workflowId, nodeKey }: FailedGraphProps) {
  const [editor, setEditor] = useState<Editor | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const isOpen = runOf(useRunView())?.id === runId;
  useEffect(() => {
    void runActions.open(runId);
    return () => runActions.close();
  }, [runId]);
  useEffect(() => {
    const controller = new AbortController();
    openRunGraph(runId, workflowId, controller.signal).then(
      (made) => !controller.signal.aborted && setEditor(made),
      (thrown: unknown) => !isAbort(thrown) && !controller.signal.aborted && setProblem(asApiError(thrown).message),
    );
    return () => controller.abort();
  }, [runId, workflowId]);
  useEffect(() => {
    if (editor === null || !isOpen || nodeKey === "") return;
    runActions.pickKey(nodeKey);
    const shown = splitKey(callAround(nodeKey) ?? nodeKey).nodeId;
    select(editor.ui, [shown]);
    const later = window.setTimeout(() => editor.ui.getState().canvas?.show(shown));
    return () => window.clearTimeout(later);
  }, [editor, isOpen, nodeKey]);
  if (problem !== null) return <p className={styles.quiet}>{problem}</p>;
  if (editor === null) return <Skeleton height={440} />;
  return (
    <EditorContext value={editor}>
      <div className={styles.graph}>
        <div className={styles.canvas}>
          <Canvas />
        </div>
        <InspectorSide />
      </div>
      <Announcer />
    </EditorContext>
  );
}
