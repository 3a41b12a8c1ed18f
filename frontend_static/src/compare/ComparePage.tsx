import { useCallback, useEffect, useMemo, useState } from "react";
import { EditorContext, useUi, type Editor } from "../actions/editor";
import { select } from "../actions/ui";
import { useKeymap } from "../actions/useKeymap";
import { asApiError, isAbort, type ApiError } from "../api/client";
import { runCompare, runDocument } from "../api/runs";
import bar from "../app/EditorBar.module.css";
import { Mark } from "../app/Mark";
import { openComparison } from "../app/openEditor";
import { OpenFailed, OpeningEditor } from "../app/OpeningEditor";
import { Link, navigate } from "../app/router";
import { ThemeButton } from "../app/ThemeButton";
import { Canvas } from "../canvas/Canvas";
import type { ComparisonOut, PairOut, RunSummary } from "../contracts/api";
import { normaliseDocument } from "../document/normalise";
import { formatUsage } from "../runs/format";
import { readUsage } from "../runs/usage";
import { formatAgo, formatDuration, IconButton, StatusMark } from "../ui";
import styles from "./compare.module.css";
import { PairTable } from "./PairTable";

type State = { kind: "loading" } | { kind: "failed"; error: ApiError } | { kind: "ready"; comparison: ComparisonOut; editor: Editor };

/** Two runs side by side: on the graph, and node by node down to the fields of what they gave. */
export default function ComparePage({ runId, before }: { runId: string; before: string }) {
  const [state, setState] = useState<State>({ kind: "loading" });
  const load = useCallback(
    async (signal: AbortSignal): Promise<State> => {
      const [comparison, { document }] = await Promise.all([runCompare(runId, before, { signal }), runDocument(runId, { signal })]);
      const marks = { nodes: marksOf(comparison.nodes), edges: new Map<string, string>() };
      return { kind: "ready", comparison, editor: await openComparison(comparison.after.workflow.id, normaliseDocument(document), marks) };
    },
    [runId, before],
  );
  useEffect(() => {
    const controller = new AbortController();
    setState({ kind: "loading" });
    load(controller.signal).then(
      (next) => !controller.signal.aborted && setState(next),
      (thrown: unknown) => !isAbort(thrown) && setState({ kind: "failed", error: asApiError(thrown) }),
    );
    return () => controller.abort();
  }, [load]);
  if (state.kind === "loading") return <OpeningEditor />;
  if (state.kind === "failed") return <OpenFailed error={state.error} />;
  return (
    <EditorContext value={state.editor}>
      <Sides key={`${runId} ${before}`} editor={state.editor} comparison={state.comparison} />
    </EditorContext>
  );
}

export const differs = ({ before, after, is_same }: PairOut): boolean => !before || !after || before.status !== after.status || !is_same;

const marksOf = (pairs: readonly PairOut[]): Map<string, string> => new Map(pairs.filter((pair) => pair.scope_path === "" && differs(pair)).map((pair) => [pair.node_id, "mark-differs"]));

function Sides({ editor, comparison }: { editor: Editor; comparison: ComparisonOut }) {
  useKeymap(editor);
  const { before, after } = comparison;
  const selected = useUi((state) => state.selectedNodes);
  const names = useMemo(() => new Map([...editor.store.view.getState().nodes.values()].map(({ id, name }) => [id, name || id])), [editor]);
  useEffect(() => {
    document.title = `Two runs of ${after.workflow.name} – GraphApp`;
  }, [after.workflow.name]);
  const show = (id: string): void => {
    select(editor.ui, [id]);
    editor.ui.getState().canvas?.show(id);
  };
  return (
    <div className={styles.page}>
      <header className={bar.bar}>
        <Link href="/" className={bar.home} aria-label="Home" title="Home">
          <Mark />
        </Link>
        <h1 className={bar.title}>Two runs of {after.workflow.name}</h1>
        <div className={bar.end}>
          <ThemeButton />
          <IconButton kind="secondary" icon="replace" label="Swap the two" onClick={() => navigate(`/runs/${encodeURIComponent(before.id)}/compare?with=${encodeURIComponent(after.id)}`)} />
        </div>
      </header>
      <div className={styles.rows}>
        <main className={styles.canvas}>
          <Canvas />
        </main>
        <section className={styles.side} aria-label="What differs">
          <div className={styles.heads}>
            <Head word="Before" run={before} />
            <Head word="After" run={after} />
          </div>
          <PairTable comparison={comparison} names={names} selected={selected} onShow={show} />
        </section>
      </div>
    </div>
  );
}

function Head({ word, run }: { word: string; run: RunSummary }) {
  const usage = readUsage(run.usage);
  return (
    <div className={styles.head}>
      <span className={styles.word}>{word}</span>
      <Link href={`/runs/${encodeURIComponent(run.id)}`}>Run {formatAgo(run.created_at)}</Link>
      {run.version !== null && <span>v{run.version}</span>}
      <StatusMark status={run.status} word />
      {run.started_at !== null && run.finished_at !== null && <span>{formatDuration((Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1000)}</span>}
      {usage.input_tokens + usage.output_tokens > 0 && <span>{formatUsage(usage)}</span>}
      {run.error && <span className={styles.fault}>{run.error.message}</span>}
    </div>
  );
}
