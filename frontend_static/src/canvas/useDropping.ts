import { useMemo, type DragEvent } from "react";
import { addNode, DRAG_TYPE } from "../actions/add";
import { pasteText } from "../actions/edit";
import type { Editor } from "../actions/editor";
import type { CanvasPort } from "../actions/ui";
import { toast } from "../ui";

/** A new node hangs from its head at the pointer. */
const GRIP = { x: 120, y: 22 };

/** What is dropped on the canvas: node types from the palette, and files with workflows or nodes in them. */
export function useDropping(editor: Editor, port: CanvasPort) {
  return useMemo(() => {
    const { ui, catalogue, isReadOnly } = editor;
    const at = ({ clientX, clientY }: DragEvent) => port.toGraph({ x: clientX, y: clientY });

    const onDragOver = (event: DragEvent): void => {
      const { types } = event.dataTransfer;
      if (isReadOnly || !(types.includes(DRAG_TYPE) || types.includes("Files"))) return;
      event.preventDefault();
      const type = catalogue.latest(ui.getState().draggedType ?? "");
      const over = type ? port.edgeFor(at(event), type) : null;
      if (over !== ui.getState().overEdge) ui.setState({ overEdge: over });
    };

    const onDragLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null || !(event.currentTarget as Element).contains(event.relatedTarget as Node)) ui.setState({ overEdge: null });
    };

    const onDrop = (event: DragEvent): void => {
      ui.setState({ overEdge: null, draggedType: null });
      if (isReadOnly) return;
      const type = catalogue.latest(event.dataTransfer.getData(DRAG_TYPE));
      const files = [...event.dataTransfer.files];
      if (!type && files.length === 0) return;
      event.preventDefault();
      const point = at(event);
      if (type) {
        const edgeId = port.edgeFor(point, type);
        addNode(editor, type, { at: { x: point.x - GRIP.x, y: point.y - GRIP.y }, ...(edgeId && { edgeId }) });
      } else void takeFiles(editor, files, point);
      port.focus();
    };

    return { onDragOver, onDragLeave, onDrop };
  }, [editor, port]);
}

const LARGEST = 8 * 1024 * 1024;

/** Each file is one step to undo. */
async function takeFiles(editor: Editor, files: readonly File[], at: { x: number; y: number }): Promise<void> {
  for (const file of files) {
    if (file.size > LARGEST) {
      toast({ tone: "fail", text: `“${file.name}” is larger than 8 MB. No workflow is.` });
      continue;
    }
    const isTaken = pasteText(editor, await file.text(), { at });
    if (!isTaken) toast({ tone: "fail", text: `“${file.name}” holds no nodes. Drop a workflow that was downloaded as JSON, or copied nodes.` });
  }
}
