/** Drafts that somebody left for a workflow inside, and will come back to: with all that can be undone and what is not saved yet. */
import { trailOf } from "../actions/trail";
import type { OpenedDraft } from "./openEditor";

const kept = new Map<string, OpenedDraft>();

/** The draft as it was left, or nothing. */
export function takeDown(workflowId: string): OpenedDraft | undefined {
  const found = kept.get(workflowId);
  kept.delete(workflowId);
  return found;
}

/** Closes a draft whose page is left, unless the way back leads to it; and those to which no way leads any more. */
export function leave(workflowId: string, opened: OpenedDraft | undefined): void {
  const way = trailOf(new URLSearchParams(window.location.search));
  if (opened) kept.set(workflowId, opened);
  for (const [id, draft] of kept) {
    if (way.includes(id) || window.location.pathname === `/workflows/${encodeURIComponent(id)}`) continue;
    kept.delete(id);
    draft.close();
  }
  if (opened && kept.has(workflowId)) opened.editor.ui.setState({ search: null, refusal: null, menu: null, dialog: null, connecting: null, renaming: null, overEdge: null });
}

/** Before the page goes: what of them is not saved is kept; false where it would be lost. */
export const keepShelved = (): boolean => [...kept.values()].map(({ editor }) => editor.autosave?.keepAtOnce() ?? true).every(Boolean);

export const nameOnShelf = (workflowId: string): string | undefined => kept.get(workflowId)?.draft.workflow.name;
