import { NodeResizer } from "@xyflow/react";
import { useEditor } from "../actions/editor";
import { setParams } from "../document/commands";

const snapped = (size: number): number => Math.round(size / 4) * 4;

/** The corners and edges of a selected note, to resize it by. */
export default function NoteResizer({ id }: { id: string }) {
  const { store } = useEditor();
  return <NodeResizer minWidth={120} minHeight={60} color="var(--accent)" onResizeEnd={(_event, { width, height }) => setParams(store, id, { width: snapped(width), height: snapped(height) })} />;
}
