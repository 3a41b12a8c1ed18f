import { NodeResizer, type NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";
import { useEditor, useUi, type Editor } from "../actions/editor";
import type { NodeDoc } from "../contracts/document";
import { setParam, setParams } from "../document/commands";
import styles from "./NoteFrame.module.css";
import { NoteText } from "./NoteText";
import type { FlowNode } from "./toFlow";

const snapped = (size: number): number => Math.round(size / 4) * 4;

/** A sticky note: double-click to write, drag a corner to resize. */
export const NoteFrame = memo(function NoteFrame({ id, data, selected }: NodeProps<FlowNode>) {
  const editor = useEditor();
  const isEditing = useUi((state) => state.renaming === id) && !editor.isReadOnly;
  const text = String(data.node.params.text ?? "");
  const edit = (): void => editor.ui.setState({ renaming: id });
  return (
    <div className={styles.note} data-color={String(data.node.params.color ?? "yellow")} data-selected={selected ? "" : undefined} onDoubleClick={editor.isReadOnly ? undefined : edit}>
      <NodeResizer
        isVisible={Boolean(selected) && !editor.isReadOnly}
        minWidth={120}
        minHeight={60}
        color="var(--accent)"
        onResizeEnd={(_event, { width, height }) => setParams(editor.store, id, { width: snapped(width), height: snapped(height) })}
      />
      {isEditing ? <NoteInput editor={editor} node={data.node} /> : <NoteText text={text || "Double-click to write"} />}
    </div>
  );
});

function NoteInput({ editor, node }: { editor: Editor; node: NodeDoc }) {
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  return (
    <textarea
      ref={input}
      className={`${styles.input} nodrag nowheel`}
      aria-label="Text of the note"
      value={String(node.params.text ?? "")}
      onChange={(event) => setParam(editor.store, node.id, "text", event.target.value)}
      onBlur={() => editor.ui.setState({ renaming: null })}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") editor.ui.getState().canvas?.focus();
      }}
    />
  );
}
