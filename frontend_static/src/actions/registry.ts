import type { Action } from "./action";
import { ADD_ACTIONS } from "./add";
import { CONTAIN_ACTIONS } from "./contain";
import { EDIT_ACTIONS } from "./edit";
import type { Editor } from "./editor";
import { showKeys } from "./keys";
import { keysFor } from "./prefs";
import { FRAME_ACTIONS } from "./frames";
import { MENU_ACTIONS } from "./menu";
import { PART_ACTIONS } from "./part";
import { RUN_ACTIONS } from "./run";
import { TIDY_ACTIONS } from "./tidy";
import { VIEW_ACTIONS } from "./view";
import { WALK_ACTIONS } from "./walk";

export const ACTIONS: readonly Action[] = [...RUN_ACTIONS, ...PART_ACTIONS, ...ADD_ACTIONS, ...EDIT_ACTIONS, ...CONTAIN_ACTIONS, ...FRAME_ACTIONS, ...TIDY_ACTIONS, ...WALK_ACTIONS, ...VIEW_ACTIONS, ...MENU_ACTIONS];

const BY_ID = new Map(ACTIONS.map((action) => [action.id, action]));

export const keysOf = (id: string): string | undefined => {
  const action = BY_ID.get(id);
  const first = action && keysFor(action)[0];
  return first && showKeys(first);
};

export const actionOf = (id: string): Action | undefined => BY_ID.get(id);

export function perform(editor: Editor, id: string): void {
  const action = BY_ID.get(id);
  if (action && (action.when?.(editor) ?? true)) action.perform(editor);
}
