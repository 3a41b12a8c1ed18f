import { addNode, openSearch } from "../actions/add";
import { useEditor } from "../actions/editor";
import { insert, newNode } from "../document/commands";
import { portsOf } from "../document/ports";
import { Button, Kbd } from "../ui";
import styles from "./EmptyCanvas.module.css";

/** An empty canvas says how to begin. */
export function EmptyCanvas() {
  const editor = useEditor();
  const { catalogue, store, ui } = editor;
  if (editor.isReadOnly) return null;
  const start = (): void => {
    const type = catalogue.latest("start");
    if (type) addNode(editor, type, { at: { x: 0, y: 0 } });
    ui.getState().canvas?.fit();
  };
  const sketch = (): void => {
    const types = ["start", "llm", "output"].map((name) => catalogue.latest(name)).filter((type) => type !== undefined);
    const nodes = types.map((type, index) => newNode(store, type, { x: index * 320, y: 0 }));
    const edges = nodes.slice(1).flatMap((node, index) => {
      const [from, to] = [nodes[index], node];
      const [out, into] = [from && portsOf(from, types[index]).outputs[0], portsOf(to, types[index + 1]).inputs[0]];
      return from && out && into ? [{ source: from.id, source_port: out.name, target: to.id, target_port: into.name }] : [];
    });
    insert(store, nodes, edges);
    ui.getState().canvas?.fit();
  };
  return (
    <div className={styles.empty}>
      <svg width="216" height="72" viewBox="0 0 216 72" aria-hidden className={styles.picture}>
        <path d="M64 36h24M152 36c14 0 10-20 24-20M152 36c14 0 10 20 24 20" fill="none" stroke="var(--border-input)" strokeWidth="1.5" strokeDasharray="3 4" />
        <rect x="4" y="22" width="60" height="28" rx="6" className={styles.box} />
        <rect x="88" y="18" width="64" height="36" rx="6" className={styles.boxMain} />
        <rect x="176" y="4" width="36" height="24" rx="6" className={styles.box} />
        <rect x="176" y="44" width="36" height="24" rx="6" className={styles.box} />
      </svg>
      <h2>Build your first step</h2>
      <p>
        Drag a node from the palette, or press <Kbd keys="Tab" /> to search for one. Drag from a port to connect, and let go on the blank to add what comes next.
      </p>
      <div className={styles.actions}>
        <Button kind="primary" icon="play" onClick={start}>
          Add a start
        </Button>
        <Button icon="sparkles" onClick={sketch}>
          Start, model, output
        </Button>
        <Button kind="ghost" icon="search" onClick={() => openSearch(editor)}>
          Search nodes
        </Button>
      </div>
    </div>
  );
}
