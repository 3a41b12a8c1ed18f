import { useState } from "react";
import { useEditor } from "../actions/editor";
import { keysOf, perform } from "../actions/registry";
import type { NodeDoc } from "../contracts/document";
import { setNodeKey } from "../document/commands";
import { idProblem } from "../document/ids";
import { countReferences, renameId } from "../document/rename";
import { select } from "../actions/ui";
import { Icon, IconButton, Menu, toast, type MenuEntry } from "../ui";
import styles from "./NodeHeader.module.css";

const LABELS: Record<string, string> = { "edit.duplicate": "Duplicate", "edit.copy": "Copy as JSON", "contain.loop": "Put into a loop", "contain.map": "Put into a map", "contain.extract": "Move into a workflow of its own", "contain.out": "Move out of the container", "edit.delete": "Delete" };
const ICONS: Record<string, string> = { "edit.duplicate": "copy", "edit.copy": "clipboard", "contain.loop": "repeat", "contain.map": "list-tree", "contain.extract": "workflow", "contain.out": "log-out", "edit.disable": "circle-slash", "edit.delete": "trash-2" };

/** Which node this is: type, name, and the id that expressions use. */
export function NodeHeader({ node, onClose }: { node: NodeDoc; onClose: () => void }) {
  const editor = useEditor();
  const type = editor.catalogue.typeOf(node);
  const contain = type?.executable && node.type !== "start" ? ["contain.loop", "contain.map", "contain.extract", ...(node.parent === null ? [] : ["contain.out"])] : [];
  const entries: MenuEntry[] = ["edit.duplicate", "edit.copy", ...contain, "edit.disable", "edit.delete"].map((id) => ({
    id,
    label: { ...LABELS, "edit.disable": node.policy.disabled ? "Enable" : "Disable" }[id] ?? id,
    icon: ICONS[id],
    keys: keysOf(id),
    danger: id === "edit.delete",
    perform: () => perform(editor, id),
  }));
  return (
    <header className={styles.head} data-category={type?.category}>
      <div className={styles.line}>
        <span className={styles.icon}>
          <Icon name={type?.icon ?? "circle-help"} />
        </span>
        <input
          className={styles.name}
          aria-label="Name"
          value={node.name}
          placeholder={node.id}
          maxLength={120}
          readOnly={editor.isReadOnly}
          onChange={(event) => setNodeKey(editor.store, node.id, "name", event.target.value, "name")}
        />
        {!editor.isReadOnly && (
          <Menu entries={entries} align="end">
            <IconButton small icon="ellipsis" label="More" />
          </Menu>
        )}
        <IconButton small icon="x" label="Close" onClick={onClose} />
      </div>
      <div className={styles.about}>
        <span>{type?.title ?? node.type}</span>
        <span aria-hidden>·</span>
        <IdInput key={node.id} node={node} />
      </div>
    </header>
  );
}

function IdInput({ node }: { node: NodeDoc }) {
  const editor = useEditor();
  const [text, setText] = useState(node.id);
  const { nodes } = editor.store.view.getState();
  const problem = text === node.id ? undefined : idProblem(text, (id) => nodes.has(id));
  const settle = (): void => {
    if (text === node.id) return;
    if (problem) return setText(node.id);
    const count = countReferences(editor.store, node.id);
    renameId(editor.store, node.id, text);
    select(editor.ui, [text]);
    if (count > 0) toast({ tone: "ok", text: `Renamed; ${count} ${count === 1 ? "param follows" : "params follow"}.` });
  };
  return (
    <span className={styles.idBox}>
      <input
        className={styles.id}
        aria-label="Id, used in expressions"
        aria-invalid={problem ? true : undefined}
        title="Used in expressions. Renaming rewrites every reference."
        value={text}
        readOnly={editor.isReadOnly}
        spellCheck={false}
        size={Math.max(4, text.length)}
        onChange={(event) => setText(event.target.value)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") setText(node.id);
        }}
      />
      {problem && (
        <span className={styles.problem} role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}
