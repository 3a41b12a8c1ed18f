import type { NodeProps } from "@xyflow/react";
import { lazy, memo, Suspense, useEffect, useRef, type ComponentType } from "react";
import { useEditor, useUi, type Editor } from "../actions/editor";
import type { NodeDoc } from "../contracts/document";
import { setParam } from "../document/commands";
import styles from "./NoteFrame.module.css";
import { NoteText } from "./NoteText";
import type { FlowNode } from "./toFlow";

/** A note that cannot be resized can still be read and written. */
const NoteResizer = lazy<ComponentType<{ id: string }>>(() => import("./NoteResizer").catch(() => ({ default: () => null })));

/** A sticky note: double-click to write, drag a corner to resize. */
export const NoteFrame = memo(function NoteFrame({ id, data, selected }: NodeProps<FlowNode>) {
  const editor = useEditor();
  const isEditing = useUi((state) => state.renaming === id) && !editor.isReadOnly;
  const text = String(data.node.params.text ?? "");
  const edit = (): void => editor.ui.setState({ renaming: id });
  return (
    <div className={styles.note} data-color={String(data.node.params.color ?? "yellow")} data-selected={selected ? "" : undefined} onDoubleClick={editor.isReadOnly ? undefined : edit}>
      {selected && !editor.isReadOnly && (
        <Suspense fallback={null}>
          <NoteResizer id={id} />
        </Suspense>
      )}
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
