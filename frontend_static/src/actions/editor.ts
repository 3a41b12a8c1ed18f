import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { StoreApi } from "zustand/vanilla";
import type { Autosave } from "../document/autosave";
import type { Catalogue } from "../document/catalogue";
import type { ProblemIndex } from "../document/problems";
import type { DocumentStore, DocumentView } from "../document/store";
import type { Ui, UiState } from "./ui";

/** One open graph, and all that its parts share. */
export interface Editor {
  workflowId: string;
  catalogue: Catalogue;
  store: DocumentStore;
  ui: Ui;
  problems: StoreApi<ProblemIndex>;
  /** Nothing is saved where the graph is only shown. */
  autosave: Autosave | null;
  isReadOnly: boolean;
  /** Whether the whole graph is in view at first, however small: whoever sees it has not seen it before. */
  isSeenWhole?: boolean;
  /** Where two versions are compared: what became of each node and edge, by id. */
  marks?: { nodes: ReadonlyMap<string, string>; edges: ReadonlyMap<string, string> };
}

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error("There is no editor around this component.");
  return editor;
}

export function useDocument<Part>(select: (view: DocumentView) => Part): Part {
  return useStore(useEditor().store.view, select);
}

export function useUi<Part>(select: (state: UiState) => Part): Part {
  return useStore(useEditor().ui, select);
}

export function useProblems<Part>(select: (problems: ProblemIndex) => Part): Part {
  return useStore(useEditor().problems, select);
}
