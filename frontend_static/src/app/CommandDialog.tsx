import { useId, useMemo, useState, type KeyboardEvent } from "react";
import { useDocument, useEditor } from "../actions/editor";
import { showKeys } from "../actions/keys";
import { ACTIONS } from "../actions/registry";
import { select } from "../actions/ui";
import { Dialog, Icon, Kbd, TextInput } from "../ui";
import styles from "./dialogs.module.css";

interface Result {
  id: string;
  title: string;
  icon: string;
  keys?: string | undefined;
  perform: () => void;
}

const MOST = 40;

/** Finds nodes of the graph and things to do. */
export function CommandDialog({ onClose }: { onClose: () => void }) {
  const editor = useEditor();
  const nodes = useDocument((view) => view.nodes);
  const listId = useId();
  const [query, setQuery] = useState("");
  const [marked, setMarked] = useState(0);
  const all = useMemo((): Result[] => {
    const actions = ACTIONS.filter((action) => action.icon && (action.when?.(editor) ?? true)).map((action) => ({
      id: action.id,
      title: action.title,
      icon: action.icon ?? "command",
      keys: action.keys[0] && showKeys(action.keys[0]),
      perform: () => action.perform(editor),
    }));
    const places = [...nodes.values()].map((node) => ({
      id: `node ${node.id}`,
      title: node.name && node.name !== node.id ? `${node.name} (${node.id})` : node.id,
      icon: editor.catalogue.typeOf(node)?.icon ?? "box",
      perform: () => {
        select(editor.ui, [node.id]);
        editor.ui.getState().canvas?.show(node.id);
      },
    }));
    return [...actions, ...places];
  }, [editor, nodes]);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((one) => words.every((word) => one.title.toLowerCase().includes(word))).slice(0, MOST);
  const choose = (result: Result | undefined): void => {
    if (!result) return;
    onClose();
    window.setTimeout(() => {
      editor.ui.getState().canvas?.focus();
      result.perform();
    });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") choose(found[marked]);
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    setMarked((found.length + marked + (event.key === "ArrowDown" ? 1 : -1)) % Math.max(1, found.length));
  };
  return (
    <Dialog title="Search" onClose={onClose}>
      <div className={styles.search}>
        <TextInput
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={found[marked] && `${listId}-${marked}`}
          aria-label="Search commands and nodes"
          placeholder="A command or a node"
          value={query}
          onKeyDown={onKey}
          onChange={(event) => {
            setQuery(event.target.value);
            setMarked(0);
          }}
        />
      </div>
      <ul id={listId} className={styles.results} role="listbox" aria-label="Results">
        {found.map((one, index) => (
          <li key={one.id} id={`${listId}-${index}`} role="option" aria-selected={index === marked} className={styles.result} onPointerMove={() => setMarked(index)} onClick={() => choose(one)}>
            <Icon name={one.icon} />
            <span>{one.title}</span>
            {one.keys && <Kbd keys={one.keys} />}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
