import { lazy, Suspense } from "react";
import { useEditor, useUi } from "../actions/editor";
import { Palette } from "../palette/Palette";
import styles from "./SidePanel.module.css";

const Outline = lazy(() => import("../outline/Outline").then((module) => ({ default: module.Outline })));

const TABS = [
  ["nodes", "Nodes"],
  ["outline", "Outline"],
] as const;

/** At the left: what can be added, or the graph as a list. */
export function SidePanel({ onClose }: { onClose: () => void }) {
  const { ui } = useEditor();
  const shown = useUi((state) => state.sidePanel);
  const head = (
    <div className={styles.tabs} role="group" aria-label="Left panel">
      {TABS.map(([id, title]) => (
        <button key={id} type="button" className={styles.tab} aria-pressed={shown === id} onClick={() => ui.setState({ sidePanel: id })}>
          {title}
        </button>
      ))}
    </div>
  );
  if (shown === "nodes") return <Palette head={head} onClose={onClose} />;
  return (
    <Suspense fallback={null}>
      <Outline head={head} onClose={onClose} />
    </Suspense>
  );
}
