import { useEffect } from "react";
import type { Action } from "./action";
import { pasteText } from "./edit";
import type { Editor } from "./editor";
import { matches } from "./keys";
import { keysFor } from "./prefs";
import { ACTIONS } from "./registry";

const isText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select") || target.shadowRoot !== null);

const inCanvas = (target: EventTarget | null): boolean => target === document.body || (target instanceof HTMLElement && target.closest("[data-canvas], [data-outline]") !== null);

/** Native controls inside the canvas keep their own keys. */
const isControl = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest("button, a, [role=menu]") !== null;

function applies(action: Action, event: KeyboardEvent): boolean {
  if (action.scope === "always") return true;
  if (isText(event.target)) return false;
  if (action.scope === "page") return true;
  return inCanvas(event.target) && !isControl(event.target);
}

/** One listener for every shortcut, and for pasting nodes. */
export function useKeymap(editor: Editor): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // A dialog that is asked for and still on its way has the keys already.
      if (event.defaultPrevented || event.isComposing || editor.ui.getState().dialog !== null || document.querySelector("dialog[open]")) return;
      const action = ACTIONS.find((one) => applies(one, event) && keysFor(one).some((keys) => matches(keys, event)) && (one.when?.(editor) ?? true));
      if (!action) return;
      event.preventDefault();
      action.perform(editor);
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (editor.isReadOnly || isText(event.target) || document.querySelector("dialog[open]")) return;
      if (pasteText(editor, event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    window.addEventListener("paste", onPaste);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("paste", onPaste);
    };
  }, [editor]);
}
