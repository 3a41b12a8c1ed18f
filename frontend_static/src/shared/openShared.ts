import { createStore } from "zustand/vanilla";
import type { Editor } from "../actions/editor";
import { createUi } from "../actions/ui";
import type { SharedOut } from "../contracts/api";
import type { CatalogueContract } from "../contracts/catalogue";
import { Catalogue } from "../document/catalogue";
import { normaliseDocument } from "../document/normalise";
import { NO_PROBLEMS } from "../document/problems";
import { createDocumentStore } from "../document/store";

/** A shared graph, to be looked at: nothing of it is asked for, kept or sent. */
export function openShared(shared: SharedOut, isReplay: boolean): Editor {
  const catalogue = new Catalogue(shared.catalogue as unknown as CatalogueContract);
  const ui = createUi();
  ui.setState({ isPaletteOpen: false, isInspectorOpen: false, inspectorTab: isReplay ? "run" : "params" });
  // Here are no dialogs: what asks for one is answered at once.
  ui.subscribe(({ dialog }) => dialog !== null && ui.setState({ dialog: null }));
  const store = createDocumentStore(normaliseDocument(shared.document ?? {}), catalogue);
  return { workflowId: "", catalogue, store, ui, problems: createStore(() => NO_PROBLEMS), autosave: null, isReadOnly: true, isSeenWhole: true };
}
