import { createStore, type StoreApi } from "zustand/vanilla";
import type { Editor } from "../actions/editor";
import { foldedOf } from "../actions/frames";
import { createUi } from "../actions/ui";
import { asApiError, type ApiError } from "../api/client";
import { nodeTypesGet } from "../api/me";
import { runDocument } from "../api/runs";
import { draftGet, draftSave } from "../api/workflows";
import type { DraftOut, DraftSavedOut, JsonObject, Problem } from "../contracts/api";
import type { CatalogueContract } from "../contracts/catalogue";
import type { GraphDocument } from "../contracts/document";
import { Autosave, type AutosavePorts, type SaveFailure } from "../document/autosave";
import { Catalogue } from "../document/catalogue";
import { isObject, normaliseDocument } from "../document/normalise";
import { indexProblems, NO_PROBLEMS, type ProblemIndex } from "../document/problems";
import { replaceDocument } from "../document/replace";
import { renamedIn } from "../document/rename";
import { stashes, type Kept } from "../document/stash";
import { createDocumentStore, type DocumentStore } from "../document/store";
import { livingTabs, openTab, type Tab } from "../document/tabs";
import { toast } from "../ui";

let catalogue: Promise<Catalogue> | undefined;

/** The catalogue is asked for once a page; a failure is not remembered. */
function loadCatalogue(): Promise<Catalogue> {
  catalogue ??= nodeTypesGet<CatalogueContract>().then((contract) => new Catalogue(contract));
  catalogue.catch(() => (catalogue = undefined));
  return catalogue;
}

export interface OpenedDraft {
  editor: Editor;
  draft: DraftOut;
  close: () => void;
}

export async function openDraft(workflowId: string, signal: AbortSignal): Promise<OpenedDraft> {
  let autosave: Autosave | undefined;
  const tab = await openTab(workflowId, {
    onSaved: (saved) => autosave?.received({ revision: saved.revision, document: normaliseDocument(saved.document as unknown as JsonObject) }),
    onGone: async (key) => {
      if (autosave) await takeUp((await stashes.left(workflowId)).filter((kept) => kept.key === key), autosave);
    },
  });
  try {
    const [known, draft, kept] = await Promise.all([loadCatalogue(), draftGet(workflowId, { signal }), leftBehind(workflowId)]);
    const document = normaliseDocument(draft.document);
    const store = createDocumentStore(document, known);
    const problems = createStore<ProblemIndex>(() => indexProblems(draft.problems));
    const made = (autosave = new Autosave(portsOf(workflowId, store, problems, tab), document, draft.revision));
    const stop = store.view.subscribe((view, old) => view.change !== old.change && made.changed());
    const close = (): void => {
      stop();
      void made.flush().finally(() => {
        made.dispose();
        tab.close();
      });
    };
    await takeUp(kept.stashes, made);
    const ui = createUi();
    ui.setState({ folded: foldedOf(workflowId) });
    if (kept.living > 1) toast({ text: "This workflow is open in another tab too. Changes made there come in here by themselves." });
    return { editor: { workflowId, catalogue: known, store, ui, problems, autosave: made, isReadOnly: false }, draft, close };
  } catch (thrown) {
    tab.close();
    throw thrown;
  }
}

function portsOf(workflowId: string, store: DocumentStore, problems: StoreApi<ProblemIndex>, tab: Tab): AutosavePorts {
  return {
    save: async (next, revision) => {
      const saved = await draftSave(workflowId, { document: next as unknown as JsonObject, revision });
      problems.setState(indexProblems(saved.problems), true);
      return saved satisfies DraftSavedOut;
    },
    failure: describeFailure,
    read: () => store.toJson(),
    replace: (next, by) => replaceDocument(store, next, by),
    keep: (kept) => stashes.keep(tab.key, kept),
    keepAtOnce: (kept) => stashes.keepAtOnce(tab.key, kept),
    forget: () => stashes.forget(tab.key),
    rename: (json, from, to) => renamedIn(json, store.catalogue, from, to),
    landed: tab.tell,
    merged: () => toast({ text: "Changes made elsewhere were merged in." }),
  };
}

interface Left {
  stashes: Kept[];
  /** Openings of this workflow that live, this one among them. */
  living: number;
}

/** What pages that are gone could not send; what living ones keep is theirs. */
async function leftBehind(workflowId: string): Promise<Left> {
  const [left, living] = await Promise.all([stashes.left(workflowId), livingTabs(workflowId)]);
  return { stashes: left.filter(({ key }) => !living.has(key)), living: living.size };
}

/** A conflict leaves the rest for next time. */
async function takeUp(left: readonly Kept[], autosave: Autosave): Promise<void> {
  let isNews = false;
  for (const { key, stash } of left) {
    if (autosave.state.getState().kind === "conflict") break;
    if (autosave.restore(stash)) {
      isNews = true;
      await autosave.keep();
    }
    await stashes.forget(key);
  }
  if (isNews) toast({ text: "Work that could not be saved last time is back." });
}

function describeFailure(thrown: unknown): SaveFailure {
  const error = asApiError(thrown);
  const { revision, document } = error.data;
  const current = error.status === 409 && typeof revision === "number" && isObject(document) ? { revision, document: normaliseDocument(document) } : undefined;
  return { status: error.status, message: problemSentence(error), current };
}

function problemSentence(error: ApiError): string {
  const problems = error.data.problems;
  const first = Array.isArray(problems) && isObject(problems[0]) ? (problems[0] as unknown as Problem).message : undefined;
  return first ?? error.message;
}

/** Two versions of a graph in one picture, to be looked at. */
export async function openComparison(workflowId: string, document: GraphDocument, marks: NonNullable<Editor["marks"]>): Promise<Editor> {
  const known = await loadCatalogue();
  const ui = createUi();
  ui.setState({ isPaletteOpen: false, isInspectorOpen: false });
  return { workflowId, catalogue: known, store: createDocumentStore(document, known), ui, problems: createStore(() => NO_PROBLEMS), autosave: null, isReadOnly: true, marks };
}

/** The graph that a run ran on, to be looked at. */
export async function openRunGraph(runId: string, workflowId: string, signal: AbortSignal): Promise<Editor> {
  const [known, { document }] = await Promise.all([loadCatalogue(), runDocument(runId, { signal })]);
  const json: GraphDocument = normaliseDocument(document);
  const store = createDocumentStore(json, known);
  const ui = createUi();
  ui.setState({ isPaletteOpen: false, inspectorTab: "run" });
  return { workflowId, catalogue: known, store, ui, problems: createStore(() => NO_PROBLEMS), autosave: null, isReadOnly: true };
}
