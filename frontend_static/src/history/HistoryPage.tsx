import { useCallback, useEffect, useMemo, useState } from "react";
import { asApiError, isAbort, type ApiError } from "../api/client";
import { historyGet, historyList, historyRestore } from "../api/history";
import { draftGet } from "../api/workflows";
import type { DraftOut, HistoryOut } from "../contracts/api";
import type { GraphDocument } from "../contracts/document";
import { OpenFailed, OpeningEditor } from "../app/OpeningEditor";
import bar from "../app/EditorBar.module.css";
import { Mark } from "../app/Mark";
import { Link, navigate } from "../app/router";
import { ThemeButton } from "../app/ThemeButton";
import { compareDocuments } from "../document/compare";
import { normaliseDocument } from "../document/normalise";
import { Button, IconButton, toast } from "../ui";
import { Compared } from "./Compared";
import { LiveButton } from "./LiveButton";
import { EntryList, nameOf } from "./EntryList";
import styles from "./history.module.css";

interface Loaded {
  draft: DraftOut;
  document: GraphDocument;
  entries: HistoryOut[];
  hasMore: boolean;
}

/** What is looked at: an entry, or the draft of now (null); beside the one before it, or the draft of now. */
interface Choice {
  entry: number | null;
  beside: "before" | "now";
}

type State = { kind: "loading" } | { kind: "failed"; error: ApiError } | { kind: "ready"; loaded: Loaded };

/** What a workflow has been: what changed from one time to the next, on the graph and field by field, and the way back. */
export default function HistoryPage({ workflowId }: { workflowId: string }) {
  const [state, setState] = useState<State>({ kind: "loading" });
  const load = useCallback(
    async (signal?: AbortSignal): Promise<void> => {
      const options = signal ? { signal } : {};
      const [draft, page] = await Promise.all([draftGet(workflowId, options), historyList(workflowId, null, options)]);
      setState({ kind: "ready", loaded: { draft, document: normaliseDocument(draft.document), entries: page.items, hasMore: page.has_more } });
    },
    [workflowId],
  );
  useEffect(() => {
    const controller = new AbortController();
    load(controller.signal).catch((thrown: unknown) => !isAbort(thrown) && setState({ kind: "failed", error: asApiError(thrown) }));
    return () => controller.abort();
  }, [load]);
  if (state.kind === "loading") return <OpeningEditor />;
  if (state.kind === "failed") return <OpenFailed error={state.error} />;
  const { loaded } = state;
  const more = async (): Promise<void> => {
    const page = await historyList(workflowId, loaded.entries.at(-1)?.id ?? null);
    setState({ kind: "ready", loaded: { ...loaded, entries: [...loaded.entries, ...page.items], hasMore: page.has_more } });
  };
  return <Ready workflowId={workflowId} loaded={loaded} onMore={() => void more().catch(complain)} onChanged={() => void load().catch(complain)} />;
}

function Ready({ workflowId, loaded, onMore, onChanged }: { workflowId: string; loaded: Loaded; onMore: () => void; onChanged: () => void }) {
  const { draft, entries } = loaded;
  const [choice, setChoice] = useState<Choice>({ entry: null, beside: "before" });
  const { name } = draft.workflow;
  useEffect(() => {
    document.title = `History of ${name} – GraphApp`;
  }, [name]);
  const live = draft.workflow.latest_version;
  const chosen = entries.find(({ id }) => id === choice.entry) ?? null;
  return (
    <div className={styles.page}>
      <header className={bar.bar}>
        <Link href="/" className={bar.home} aria-label="Home" title="Home">
          <Mark />
        </Link>
        <h1 className={bar.title}>History of {name}</h1>
        <div className={bar.end}>
          <ThemeButton />
          <IconButton kind="secondary" icon="workflow" label="Open in editor" onClick={() => navigate(editorOf(workflowId))} />
          {typeof chosen?.number === "number" && <LiveButton workflowId={workflowId} number={chosen.number} live={live} onDone={onChanged} />}
          {chosen && <RestoreButton workflowId={workflowId} entry={chosen} revision={draft.revision} />}
        </div>
      </header>
      <div className={styles.columns}>
        <Graph workflowId={workflowId} loaded={loaded} choice={choice} />
        <aside className={styles.side} aria-label="Versions">
          <EntryList entries={entries} live={live} chosen={choice.entry} onChoose={(entry) => setChoice({ ...choice, entry })} hasMore={loaded.hasMore} onMore={onMore} beside={choice.beside} onBeside={(beside) => setChoice({ ...choice, beside })} />
        </aside>
      </div>
    </div>
  );
}

type Sides = { kind: "loading" } | { kind: "failed"; error: ApiError } | { kind: "ready"; before: GraphDocument | null; after: GraphDocument };

function Graph({ workflowId, loaded, choice }: { workflowId: string; loaded: Loaded; choice: Choice }) {
  const [sides, setSides] = useState<Sides>({ kind: "loading" });
  const { entries, document: now } = loaded;
  useEffect(() => {
    const controller = new AbortController();
    const read = async (id: number): Promise<GraphDocument> => normaliseDocument((await historyGet(workflowId, id, { signal: controller.signal })).document);
    const both = async (): Promise<Sides> => {
      if (choice.entry !== null && choice.beside === "now") return { kind: "ready", before: await read(choice.entry), after: now };
      const earlier = entries[entries.findIndex(({ id }) => id === choice.entry) + 1];
      const [before, after] = await Promise.all([earlier ? read(earlier.id) : null, choice.entry === null ? now : read(choice.entry)]);
      return { kind: "ready", before, after };
    };
    setSides({ kind: "loading" });
    both().then(setSides, (thrown: unknown) => !isAbort(thrown) && setSides({ kind: "failed", error: asApiError(thrown) }));
    return () => controller.abort();
  }, [workflowId, entries, now, choice.entry, choice.beside]);
  const comparison = useMemo(() => (sides.kind === "ready" ? compareDocuments(sides.before ?? sides.after, sides.after) : null), [sides]);
  if (sides.kind === "failed") return <OpenFailed error={sides.error} />;
  if (!comparison) return <div className={styles.waiting} aria-busy aria-label="Reading" />;
  return <Compared workflowId={workflowId} comparison={comparison} />;
}

function RestoreButton({ workflowId, entry, revision }: { workflowId: string; entry: HistoryOut; revision: number }) {
  const [isBusy, setBusy] = useState(false);
  const restore = async (): Promise<void> => {
    setBusy(true);
    try {
      await historyRestore(workflowId, entry.id, revision);
      toast({ tone: "ok", text: `The draft is ${nameOf(entry).toLowerCase()} now. What it was before is kept in the history.` });
      navigate(editorOf(workflowId));
    } catch (thrown) {
      const error = asApiError(thrown);
      toast({ tone: "fail", text: error.status === 409 ? "The draft has changed meanwhile. Look again, and restore then." : error.message });
      setBusy(false);
    }
  };
  return (
    <Button kind="primary" icon="undo-2" disabled={isBusy} onClick={() => void restore()}>
      {isBusy ? "Restoring…" : "Restore this"}
    </Button>
  );
}

const editorOf = (workflowId: string): string => `/workflows/${encodeURIComponent(workflowId)}`;

const complain = (thrown: unknown): void => toast({ tone: "fail", text: asApiError(thrown).message });
