import { createStore } from "zustand/vanilla";
import type { Editor } from "../actions/editor";
import { createUi } from "../actions/ui";
import { asApiError, type ApiError } from "../api/client";
import { nodeTypesGet } from "../api/me";
import { runDocument } from "../api/runs";
import { draftGet, draftSave } from "../api/workflows";
import type { DraftOut, DraftSavedOut, JsonObject, Problem } from "../contracts/api";
import type { CatalogueContract } from "../contracts/catalogue";
import type { GraphDocument } from "../contracts/document";
import { Autosave, type SaveFailure } from "../document/autosave";
import { Catalogue } from "../document/catalogue";
import { isObject, normaliseDocument } from "../document/normalise";
import { indexProblems, NO_PROBLEMS, type ProblemIndex } from "../document/problems";
import { replaceDocument } from "../document/replace";
import { stashes } from "../document/stash";
import { createDocumentStore } from "../document/store";
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
  const [known, draft, stash] = await Promise.all([loadCatalogue(), draftGet(workflowId, { signal }), stashes.find(workflowId)]);
  const document = normaliseDocument(draft.document);
  const store = createDocumentStore(document, known);
  const problems = createStore<ProblemIndex>(() => indexProblems(draft.problems));
  const autosave = new Autosave(
    {
      save: async (next, revision) => {
        const saved = await draftSave(workflowId, { document: next as unknown as JsonObject, revision });
        problems.setState(indexProblems(saved.problems), true);
        return saved satisfies DraftSavedOut;
      },
      failure: describeFailure,
      read: () => store.toJson(),
      replace: (next, by) => replaceDocument(store, next, by),
      keep: (kept) => stashes.keep(workflowId, kept),
      forget: () => stashes.forget(workflowId),
      merged: () => toast({ text: "Changes made elsewhere were merged in." }),
    },
    document,
    draft.revision,
  );
  const stop = store.view.subscribe((view, old) => view.change !== old.change && autosave.changed());
  if (stash) {
    autosave.restore(stash);
    toast({ text: "Work that could not be saved last time is back." });
  }
  const editor: Editor = { workflowId, catalogue: known, store, ui: createUi(), problems, autosave, isReadOnly: false };
  const close = (): void => {
    stop();
    void autosave.flush().finally(() => autosave.dispose());
  };
  return { editor, draft, close };
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
