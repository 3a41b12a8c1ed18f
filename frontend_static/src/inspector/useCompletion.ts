import { useId, useMemo, useState, type KeyboardEvent, type RefObject } from "react";
import type { Suggestion } from "../document/suggest";
import { completionsAt, type Completion, type Completions, type Name } from "./completion";
import { useSight } from "./sight";

interface Field {
  area: RefObject<HTMLTextAreaElement | null>;
  value: string;
  isExpression: boolean;
  suggestions: readonly Suggestion[];
  onChange: (value: string) => void;
}

/** Offers what may be written next while somebody types in a field. */
export function useCompletion({ area, value, isExpression, suggestions, onChange }: Field) {
  const id = useId();
  const { known } = useSight();
  const [open, setOpen] = useState<Completions | null>(null);
  const [marked, setMarked] = useState(0);
  const names = useMemo((): Name[] => namesOf(suggestions, known), [suggestions, known]);

  const look = (text: string, caret: number, isForced = false): void => {
    setOpen(completionsAt(text, caret, isExpression, names, isForced) ?? null);
    setMarked(0);
  };
  const choose = (item: Completion): void => {
    const element = area.current;
    if (!element || !open) return;
    const next = value.slice(0, open.from) + item.text + value.slice(element.selectionStart);
    const caret = open.from + item.text.length - item.back;
    onChange(next);
    setOpen(null);
    requestAnimationFrame(() => element.setSelectionRange(caret, caret));
  };
  /** Whether the key was for the list. */
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    if (event.key === " " && event.ctrlKey) {
      look(value, event.currentTarget.selectionStart, true);
      event.preventDefault();
      return true;
    }
    if (!open) return false;
    const act = { ArrowDown: 1, ArrowUp: -1, Enter: 0, Tab: 0, Escape: null }[event.key];
    if (act === undefined) return false;
    event.preventDefault();
    event.stopPropagation();
    const item = open.items[marked];
    if (act === null) setOpen(null);
    else if (act !== 0) setMarked((open.items.length + marked + act) % open.items.length);
    else if (item) choose(item);
    return true;
  };
  return { id, items: open?.items ?? null, marked, mark: setMarked, choose, look, onKey, close: () => setOpen(null) };
}

/** Names by what they begin with, with the values that the last run gave them. */
function namesOf(suggestions: readonly Suggestion[], known: readonly { name: string; kind: string; origin: string; value: unknown }[]): Name[] {
  const names = new Map<string, Name>();
  const values = new Map(known.filter(({ origin }) => origin !== "").map(({ name, value }) => [name, value]));
  for (const { expression, from } of suggestions) {
    const name = /^\w+/.exec(expression)?.[0];
    if (name && !names.has(name)) names.set(name, { name, note: from, value: values.get(name) as Name["value"] });
  }
  for (const { name, origin, value } of known) if (!names.has(name)) names.set(name, { name, note: "", value: origin ? (value as Name["value"]) : undefined });
  return [...names.values()];
}
