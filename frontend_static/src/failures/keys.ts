import { useEffect, useRef } from "react";

export interface KeyHelp {
  keys: string;
  words: string;
}

export const LIST_KEYS: readonly KeyHelp[] = [
  { keys: "J", words: "Next failure" },
  { keys: "K", words: "Previous failure" },
  { keys: "Enter", words: "Open it" },
  { keys: "X", words: "Mark it, to act on several" },
  { keys: "/", words: "Search" },
];

export const ACTION_KEYS: readonly KeyHelp[] = [
  { keys: "E", words: "Resolve" },
  { keys: "P", words: "In progress" },
  { keys: "M", words: "Assign to me" },
  { keys: "A", words: "Assign…" },
  { keys: "I", words: "Ignore…" },
  { keys: "C", words: "Comment…" },
  { keys: "N", words: "New again" },
  { keys: "R", words: "Resume all (in the review)" },
  { keys: "U", words: "Back to the list (in the review)" },
  { keys: "?", words: "These keys" },
];

const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable]";

/** Single keys of a page. They rest while somebody types, in dialogs and menus, and with Ctrl, Alt or Meta. */
export function useKeys(bindings: Record<string, () => void>): void {
  const now = useRef(bindings);
  useEffect(() => {
    now.current = bindings;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(FIELDS) || target?.closest("[role=menu]") || document.querySelector("dialog[open]")) return;
      const perform = now.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!perform) return;
      event.preventDefault();
      perform();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
