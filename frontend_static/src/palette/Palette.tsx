import { useMemo, useState, type DragEvent, type ReactNode } from "react";
import { addNode, DRAG_TYPE, freePlace } from "../actions/add";
import { useEditor } from "../actions/editor";
import type { NodeType } from "../contracts/catalogue";
import { Icon, IconButton, TextInput } from "../ui";
import styles from "./Palette.module.css";
import { searchTypes } from "./searchTypes";

interface Group {
  name: string;
  title: string;
  types: NodeType[];
}

/** Every node type by category: drag to the canvas, or press to add in the middle. */
export function Palette({ head, onClose }: { head: ReactNode; onClose: () => void }) {
  const editor = useEditor();
  const [query, setQuery] = useState("");
  const groups = useMemo(() => groupsOf(editor.catalogue.contract.categories, searchTypes(editor.catalogue.palette(), query)), [editor, query]);
  const first = groups[0]?.types[0];
  const add = (type: NodeType): void => {
    const centre = editor.ui.getState().canvas?.centre();
    if (!centre) return;
    addNode(editor, type, { at: freePlace(editor, { x: centre.x - 120, y: centre.y - 40 }) });
    if (window.innerWidth <= 900) onClose();
  };
  return (
    <aside className={styles.palette} aria-label="Palette">
      <div className={styles.head}>
        {head}
        <IconButton small icon="panel-left-close" label="Hide the palette" keys="L" onClick={onClose} />
      </div>
      <div className={styles.search}>
        <Icon name="search" size={14} />
        <TextInput
          aria-label="Search nodes"
          placeholder="Search"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && first) add(first);
            if (event.key === "Escape") setQuery("");
          }}
        />
      </div>
      <div className={styles.list}>
        {groups.map((group) => (
          <section key={group.name} aria-label={group.title}>
            <h2>{group.title}</h2>
            {group.types.map((type) => (
              <PaletteItem key={type.name} type={type} onAdd={() => add(type)} />
            ))}
          </section>
        ))}
        {groups.length === 0 && <p className={styles.none}>No node does “{query}”. Try “model”, “http” or “loop”.</p>}
      </div>
    </aside>
  );
}

function PaletteItem({ type, onAdd }: { type: NodeType; onAdd: () => void }) {
  const { ui } = useEditor();
  const drag = (event: DragEvent): void => {
    ui.setState({ draggedType: type.name });
    event.dataTransfer.setData(DRAG_TYPE, type.name);
    event.dataTransfer.effectAllowed = "copy";
  };
  return (
    <button type="button" className={styles.item} draggable onDragStart={drag} onDragEnd={() => ui.setState({ draggedType: null, overEdge: null })} onClick={onAdd} title={type.help} data-category={type.category}>
      <span className={styles.icon}>
        <Icon name={type.icon} size={15} />
      </span>
      <span className={styles.words}>
        <span className={styles.title}>{type.title}</span>
        <span className={styles.help}>{type.help}</span>
      </span>
    </button>
  );
}

function groupsOf(categories: readonly { name: string; title: string }[], types: readonly NodeType[]): Group[] {
  const known = categories.map(({ name, title }) => ({ name, title, types: types.filter((type) => type.category === name) }));
  const names = new Set(categories.map(({ name }) => name));
  const others = types.filter((type) => !names.has(type.category));
  return [...known, { name: "other", title: "Other", types: others }].filter((group) => group.types.length > 0);
}
