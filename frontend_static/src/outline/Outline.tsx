import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { freePlace } from "../actions/add";
import { useDocument, useEditor, useUi, type Editor } from "../actions/editor";
import { perform } from "../actions/registry";
import { select } from "../actions/ui";
import type { NodeDoc } from "../contracts/document";
import { remove, setNodeKey } from "../document/commands";
import { portsIn } from "../document/containers";
import { outlineRows } from "../document/outline";
import { useWindowed } from "../runpanel/useWindowed";
import { Button, IconButton } from "../ui";
import styles from "./Outline.module.css";
import { OutlineLine } from "./OutlineLine";

export const LINE = 52;

/** The graph as a list that can be read, walked and changed without a canvas: by keys, by touch, by a screen reader. */
export function Outline({ head, onClose }: { head: ReactNode; onClose: () => void }) {
  const editor = useEditor();
  const { store, isReadOnly } = editor;
  const nodes = useDocument((view) => view.nodes);
  const edges = useDocument((view) => view.edges);
  const rows = useMemo(() => outlineRows({ nodes, edges }), [nodes, edges]);
  const selected = useUi((state) => state.selectedNodes);
  const [renaming, setRenaming] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const { scroller, onScroll, from, to } = useWindowed(rows.length, LINE);
  const at = Math.max(0, rows.findIndex(({ node }) => selected.has(node.id)));

  const go = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    choose(editor, row.node.id);
    const next = rows.indexOf(row);
    scroller.current?.scrollTo({ top: Math.min(scroller.current.scrollTop, next * LINE) });
    if ((next + 1) * LINE > (scroller.current?.scrollTop ?? 0) + (scroller.current?.clientHeight ?? 0)) scroller.current?.scrollTo({ top: (next + 1) * LINE - scroller.current.clientHeight });
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.node.id)}"]`)?.focus());
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement || editor.ui.getState().dialog !== null) return;
    const step = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const row = rows[at];
    if (event.key === "Tab") return event.stopPropagation();
    if (step !== undefined && !event.ctrlKey && !event.metaKey) go(step);
    else if (row && event.key === "F2" && !isReadOnly) setRenaming(row.node.id);
    else if (row && event.key === "n" && !isReadOnly) addAfter(editor, row.node);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const rename = (node: NodeDoc, name: string | null): void => {
    setRenaming(null);
    if (name !== null && name !== node.name) setNodeKey(store, node.id, "name", name);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(node.id)}"]`)?.focus());
  };

  return (
    <aside className={styles.outline} aria-label="Outline" data-outline>
      <div className={styles.head}>
        {head}
        <IconButton small icon="panel-left-close" label="Hide the outline" onClick={onClose} />
      </div>
      <div ref={scroller} className={styles.scroller} onScroll={onScroll}>
        <div ref={list} role="tree" aria-label="Nodes of the workflow" className={styles.list} style={{ height: rows.length * LINE }} onKeyDown={onKey}>
          {rows.slice(from, to).map((row, offset) => (
            <OutlineLine
              key={row.node.id}
              row={row}
              top={(from + offset) * LINE}
              isSelected={selected.has(row.node.id)}
              isStop={from + offset === at}
              isRenaming={renaming === row.node.id}
              onChoose={() => choose(editor, row.node.id)}
              onRename={(name) => rename(row.node, name)}
              onAddAfter={() => addAfter(editor, row.node)}
              onConnect={() => {
                choose(editor, row.node.id);
                perform(editor, "add.connect");
              }}
              onOpen={() => perform(editor, "view.open")}
              onCut={(edgeId) => remove(store, [], [edgeId])}
            />
          ))}
        </div>
        {rows.length === 0 && <p className={styles.none}>There is no node yet.</p>}
      </div>
      {!isReadOnly && (
        <div className={styles.foot}>
          <Button small icon="plus" onClick={() => addAfter(editor, rows.at(-1)?.node)}>
            Add a node
          </Button>
        </div>
      )}
    </aside>
  );
}

function choose({ ui }: Editor, id: string): void {
  select(ui, [id]);
  // Where the settings would cover the list, they come when they are asked for.
  if (isNarrow()) ui.setState({ isInspectorOpen: false });
  ui.getState().canvas?.show(id);
}

export const isNarrow = (): boolean => window.innerWidth <= 900;

const STEP = { x: 296, y: 0 };

/** Asks for the node that comes after another one, and connects it where that has an output. */
function addAfter(editor: Editor, node: NodeDoc | undefined): void {
  const { ui, store, catalogue } = editor;
  const port = node && portsIn(store.view.getState().nodes, catalogue, node).outputs[0]?.name;
  const row = document.querySelector(`[data-row="${CSS.escape(node?.id ?? "")}"]`)?.getBoundingClientRect();
  if (node) select(ui, [node.id]);
  const wish = node ? { x: node.position.x + STEP.x, y: node.position.y } : { x: 0, y: 0 };
  const end = node && port ? { end: { nodeId: node.id, port, side: "source" as const } } : {};
  ui.setState({ search: { left: (row?.left ?? 16) + 24, top: row?.bottom ?? 120, at: freePlace(editor, wish), ...end } });
}
