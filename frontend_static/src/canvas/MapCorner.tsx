import { useStore as useFlow, type ReactFlowState } from "@xyflow/react";
import { useState } from "react";
import { useStore } from "zustand";
import { useEditor } from "../actions/editor";
import { perform, keysOf } from "../actions/registry";
import { warmTidy } from "../actions/tidy";
import { IconButton } from "../ui";
import type { FlowStore } from "./flowStore";
import styles from "./MapCorner.module.css";
import { MiniMap } from "./MiniMap";

/** Zoom and the map of the whole graph, in the corner. */
export function MapCorner({ flow }: { flow: FlowStore }) {
  const editor = useEditor();
  const count = useStore(flow.state, (state) => state.nodes.length);
  const [isOpen, setOpen] = useState(true);
  return (
    <div className={styles.corner}>
      {isOpen && count > 8 && <MiniMap flow={flow} />}
      <div className={styles.bar} role="toolbar" aria-label="Zoom">
        <IconButton small icon="minus" label="Zoom out" keys={keysOf("view.out")} side="top" data-after-canvas onClick={() => perform(editor, "view.out")} />
        <ZoomNumber onReset={() => perform(editor, "view.one")} />
        <IconButton small icon="plus" label="Zoom in" keys={keysOf("view.in")} side="top" onClick={() => perform(editor, "view.in")} />
        <IconButton small icon="maximize" label="Zoom to fit" keys={keysOf("view.fit")} side="top" onClick={() => perform(editor, "view.fit")} />
        {!editor.isReadOnly && <IconButton small icon="sparkles" label="Tidy up" keys={keysOf("tidy")} side="top" disabled={count < 2} onPointerEnter={warmTidy} onFocus={warmTidy} onClick={() => perform(editor, "tidy")} />}
        {count > 8 && <IconButton small className={styles.mapButton ?? ""} icon="map" label={isOpen ? "Hide the map" : "Show the map"} side="top" aria-pressed={isOpen} onClick={() => setOpen(!isOpen)} />}
      </div>
    </div>
  );
}

function ZoomNumber({ onReset }: { onReset: () => void }) {
  const percent = useFlow((state: ReactFlowState) => Math.round(state.transform[2] * 100));
  return (
    <button type="button" className={styles.percent} title="Zoom to 100 %" onClick={onReset}>
      {percent} %
    </button>
  );
}
