import { useEffect, useRef } from "react";
import type { Editor } from "../actions/editor";
import type { NodeDoc } from "../contracts/document";
import { setNodeKey } from "../document/commands";
import styles from "./NodeName.module.css";

interface NodeNameProps {
  editor: Editor;
  node: NodeDoc;
  isEditing: boolean;
}

export function NodeName({ editor, node, isEditing }: NodeNameProps) {
  if (isEditing && !editor.isReadOnly) return <NameInput editor={editor} node={node} />;
  const rename = (): void => {
    if (!editor.isReadOnly) editor.ui.setState({ renaming: node.id });
  };
  return (
    <span className={styles.name} title={`${node.name || node.id} (${node.id})`} onDoubleClick={rename}>
      {node.name || node.id}
    </span>
  );
}

function NameInput({ editor, node }: Omit<NodeNameProps, "isEditing">) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.select();
  }, []);
  const done = (name: string | undefined): void => {
    editor.ui.setState({ renaming: null });
    if (name !== undefined && name !== node.name) setNodeKey(editor.store, node.id, "name", name);
    editor.ui.getState().canvas?.focus();
  };
  return (
    <input
      ref={input}
      className={`${styles.input} nodrag`}
      aria-label="Name of the node"
      defaultValue={node.name}
      maxLength={120}
      onBlur={(event) => editor.ui.getState().renaming === node.id && done(event.target.value.trim())}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") done(event.currentTarget.value.trim());
        if (event.key === "Escape") done(undefined);
      }}
    />
  );
}
