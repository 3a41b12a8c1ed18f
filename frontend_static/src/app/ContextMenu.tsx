import { DropdownMenu as Radix } from "radix-ui";
import { useEditor, useUi } from "../actions/editor";
import { MENUS } from "../actions/menu";
import { actionOf, keysOf, perform } from "../actions/registry";
import { MenuEntries, type MenuEntry } from "../ui";
import styles from "./ContextMenu.module.css";

/** What can be done at a place of the canvas, from the same list as keys and palette. */
export default function ContextMenu() {
  const editor = useEditor();
  const place = useUi((state) => state.menu);
  if (!place) return null;
  const groups = MENUS[place.kind].map((ids) => ids.flatMap((id) => actionOf(id) ?? []).filter((action) => action.when?.(editor) ?? true));
  const entries = groups
    .filter((group) => group.length > 0)
    .flatMap((group, index): MenuEntry[] => [
      ...(index > 0 ? [{ kind: "line", id: `line ${index}` } as const] : []),
      ...group.map(({ id, title, icon }) => ({ id, label: title, icon, keys: keysOf(id), danger: id === "edit.delete", perform: () => perform(editor, id) })),
    ]);
  const close = (): void => editor.ui.setState({ menu: null });
  return (
    <Radix.Root open modal={false} onOpenChange={(isOpen) => !isOpen && close()}>
      <Radix.Trigger asChild>
        <span className={styles.point} style={{ left: place.left, top: place.top }} aria-hidden tabIndex={-1} />
      </Radix.Trigger>
      <MenuEntries entries={entries} label="What to do here" onClosed={() => !editor.ui.getState().search && !editor.ui.getState().dialog && editor.ui.getState().renaming === null && editor.ui.getState().canvas?.focus()} />
    </Radix.Root>
  );
}
