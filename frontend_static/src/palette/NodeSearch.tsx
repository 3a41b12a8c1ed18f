import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { addNode } from "../actions/add";
import { useEditor, useUi, type Editor } from "../actions/editor";
import type { SearchPlace } from "../actions/ui";
import type { NodeType } from "../contracts/catalogue";
import { portFor, portsBetween } from "../document/connect";
import { Icon } from "../ui";
import styles from "./NodeSearch.module.css";
import { searchTypes } from "./searchTypes";

const [WIDTH, HEIGHT] = [300, 360];

/** The types that may stand at a place: all, those that an open end fits, or those that go into an edge. */
function candidates({ catalogue, store }: Editor, place: SearchPlace): NodeType[] {
  const types = catalogue.palette();
  const { end, edgeId } = place;
  if (end) return types.filter((type) => portFor(catalogue, store.view.getState(), end, type) !== undefined);
  const edge = store.view.getState().edges.get(edgeId ?? "");
  if (!edge) return types;
  return types.filter((type) => portsBetween(store.view.getState(), catalogue, edge, { type: type.name, type_version: type.version, params: type.defaults, policy: {} }) !== undefined);
}

/** Appears where it was asked for; Enter adds the marked node there. */
export function NodeSearch() {
  const place = useUi((state) => state.search);
  return place ? <SearchBox key={`${place.left} ${place.top}`} place={place} /> : null;
}

function SearchBox({ place }: { place: SearchPlace }) {
  const editor = useEditor();
  const box = useRef<HTMLDivElement>(null);
  const listId = useId();
  const [query, setQuery] = useState("");
  const [marked, setMarked] = useState(0);
  const types = useMemo(() => candidates(editor, place), [editor, place]);
  const found = useMemo(() => searchTypes(types, query), [types, query]);
  const close = (): void => {
    editor.ui.setState({ search: null });
    editor.ui.getState().canvas?.focus();
  };
  const choose = (type: NodeType | undefined): void => {
    if (!type) return;
    addNode(editor, type, place);
    editor.ui.getState().canvas?.focus();
  };
  useEffect(() => {
    const away = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) editor.ui.setState({ search: null });
    };
    window.addEventListener("pointerdown", away, true);
    return () => window.removeEventListener("pointerdown", away, true);
  }, [editor]);
  useEffect(() => {
    void box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [marked]);

  const onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setMarked((found.length + marked + (event.key === "ArrowDown" ? 1 : -1)) % Math.max(1, found.length));
    } else if (event.key === "Enter") choose(found[marked]);
    else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close();
    }
  };
  const left = Math.max(8, Math.min(place.left, window.innerWidth - WIDTH - 8));
  const top = Math.max(8, Math.min(place.top, window.innerHeight - HEIGHT - 8));
  return (
    <div ref={box} className={styles.box} style={{ left, top }} role="dialog" aria-label="Add a node" onKeyDown={onKey}>
      <div className={styles.head}>
        <Icon name="search" size={14} />
        <input
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={found[marked] && `${listId}-${marked}`}
          aria-label="Search nodes"
          placeholder={place.end ? "Search nodes that fit" : "Search nodes"}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setMarked(0);
          }}
        />
      </div>
      <ul id={listId} className={styles.list} role="listbox" aria-label="Node types">
        {found.map((type, index) => (
          <li key={type.name} id={`${listId}-${index}`} role="option" aria-selected={index === marked} className={styles.option} data-category={type.category} onPointerMove={() => setMarked(index)} onClick={() => choose(type)}>
            <span className={styles.icon}>
              <Icon name={type.icon} size={15} />
            </span>
            <span className={styles.title}>{type.title}</span>
            <span className={styles.help}>{type.help}</span>
          </li>
        ))}
        {found.length === 0 && <li className={styles.none}>{types.length === 0 ? "No node fits this port." : "Nothing found."}</li>}
      </ul>
    </div>
  );
}
