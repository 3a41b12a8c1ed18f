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

/** On narrow screens, what can be done with the one selected node: there the settings would cover the graph. */
export function TouchBar() {
  const editor = useEditor();
  const isShown = useUi((state) => onlySelected(state) !== null && !state.isInspectorOpen);
  if (!isShown || editor.isReadOnly) return null;
  return (
    <div className={styles.bar} role="toolbar" aria-label="Selected node">
      {TOOLS.map(({ action, icon, label }) => (
        <IconButton key={action} icon={icon} label={label} side="top" onClick={() => perform(editor, action)} />
      ))}
    </div>
  );
}
