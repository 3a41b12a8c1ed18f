import { useMemo } from "react";
import { useEditor, useUi } from "../actions/editor";
import { MENUS } from "../actions/menu";
import { actionOf, keysOf, perform } from "../actions/registry";
import type { MenuEntry } from "../ui";
import { OpenMenu } from "../ui/Overlays";

/** What can be done at a place of the canvas, from the same list as keys and palette. */
export default function ContextMenu() {
  const editor = useEditor();
  const place = useUi((state) => state.menu);
  const anchor = useMemo(() => ({ current: place && { getBoundingClientRect: () => new DOMRect(place.left, place.top, 0, 0) } }), [place]);
  if (!place) return null;
  const groups = MENUS[place.kind].map((ids) => ids.flatMap((id) => actionOf(id) ?? []).filter((action) => action.when?.(editor) ?? true));
  const entries = groups
    .filter((group) => group.length > 0)
    .flatMap((group, index): MenuEntry[] => [
      ...(index > 0 ? [{ kind: "line", id: `line ${index}` } as const] : []),
      ...group.map(({ id, title, icon }) => ({ id, label: title, icon, keys: keysOf(id), danger: id === "edit.delete", perform: () => perform(editor, id) })),
    ]);
  const close = (): void => editor.ui.setState({ menu: null });
  const closed = (): void => {
    const { search, dialog, renaming, canvas } = editor.ui.getState();
    if (!search && !dialog && renaming === null) canvas?.focus();
  };
  return <OpenMenu anchor={anchor} side="bottom" align="start" label="What to do here" entries={entries} byKey={place.byKey ?? false} onClose={close} onClosed={closed} />;
}
