import { useEditor, useUi } from "../actions/editor";
import { perform } from "../actions/registry";
import { onlySelected } from "../actions/ui";
import { IconButton } from "../ui";
import styles from "./TouchBar.module.css";

const TOOLS = [
  { action: "view.open", icon: "settings-2", label: "Settings" },
  { action: "add.connect", icon: "git-merge", label: "Connect" },
  { action: "edit.duplicate", icon: "copy", label: "Duplicate" },
  { action: "edit.delete", icon: "trash-2", label: "Delete" },
] as const;

const SEVERAL: readonly string[] = ["edit.duplicate", "edit.delete"];

/** On narrow screens, what can be done with what is selected: there the settings would cover the graph. */
export function TouchBar() {
  const editor = useEditor();
  const count = useUi((state) => (onlySelected(state) !== null && state.isInspectorOpen ? 0 : state.selectedNodes.size));
  if (count === 0 || editor.isReadOnly) return null;
  const more = (element: Element): void => {
    const { left, top } = element.getBoundingClientRect();
    editor.ui.setState({ menu: { left, top, kind: "node" } });
  };
  return (
    <div className={styles.bar} role="toolbar" aria-label={count === 1 ? "Selected node" : "Selected nodes"}>
      {TOOLS.filter(({ action }) => count === 1 || SEVERAL.includes(action)).map(({ action, icon, label }) => (
        <IconButton key={action} icon={icon} label={label} side="top" onClick={() => perform(editor, action)} />
      ))}
      <IconButton icon="ellipsis" label="More" side="top" onClick={(event) => more(event.currentTarget)} />
    </div>
  );
}
