import type { Editor } from "./editor";

/** One thing a person can do: the source of menus, keys and the help. */
export interface Action {
  id: string;
  title: string;
  icon?: string;
  keys: readonly string[];
  /** `canvas`: only while the canvas has the focus. `page`: anywhere outside of text. `always`: in text fields too. */
  scope: "canvas" | "page" | "always";
  group: "Edit" | "Select" | "View" | "Run" | "Add" | "Help";
  when?: (editor: Editor) => boolean;
  perform: (editor: Editor) => void;
}

export const isEditable = (editor: Editor): boolean => !editor.isReadOnly;

export const hasSelection = (editor: Editor): boolean => editor.ui.getState().selectedNodes.size > 0;
