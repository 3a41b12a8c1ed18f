import { useDocument, useEditor } from "../actions/editor";
import { Icon } from "../ui";
import type { NodeLayout } from "./layout";
import styles from "./PortPlus.module.css";

const GAP = { x: 10, y: 11 };

/** Beside each output that leads nowhere yet: what comes next. */
export function PortPlus({ nodeId, layout }: { nodeId: string; layout: NodeLayout }) {
  const editor = useEditor();
  const used = useDocument(({ edges }) => {
    let ports = "";
    for (const edge of edges.values()) if (edge.source === nodeId) ports += ` ${edge.source_port} `;
    return ports;
  });
  const free = layout.ports.filter(({ side, name }) => side === "source" && !used.includes(` ${name} `));
  const open = (event: { clientX: number; clientY: number; currentTarget: Element }, port: string, y: number): void => {
    const node = editor.store.view.getState().nodes.get(nodeId);
    const box = event.currentTarget.getBoundingClientRect();
    if (!node) return;
    const at = { x: node.position.x + layout.width + 56, y: node.position.y + y - 22 };
    editor.ui.setState({ search: { left: box.right, top: box.top, at, end: { nodeId, port, side: "source" } } });
  };
  return free.map(({ name, label, y }) => (
    <button
      key={name}
      type="button"
      tabIndex={-1}
      className={`${styles.plus} nodrag nopan`}
      style={{ left: layout.width + GAP.x, top: y - GAP.y }}
      aria-label={`Add what comes after ${label || name}`}
      title="Add what comes next"
      onClick={(event) => open(event, name, y)}
    >
      <Icon name="plus" size={14} />
    </button>
  ));
}
