import { useId, useMemo, useState, type KeyboardEvent } from "react";
import { useEditor, useUi } from "../actions/editor";
import { onlySelected } from "../actions/ui";
import type { NodeDoc } from "../contracts/document";
import { connect } from "../document/commands";
import { refusal, type Ends } from "../document/connect";
import { portsIn } from "../document/containers";
import { Dialog, EmptyState, Field, Icon, Select, TextInput } from "../ui";
import styles from "./dialogs.module.css";

/** Joins a node to another one by name: for those who draw no lines. */
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const editor = useEditor();
  const { store, catalogue, ui } = editor;
  const view = store.view.getState();
  const node = view.nodes.get(useUi(onlySelected) ?? "");
  const outputs = useMemo(() => (node ? portsIn(view.nodes, catalogue, node).outputs : []), [node, view.nodes, catalogue]);
  const [port, setPort] = useState(outputs[0]?.name ?? "");
  const [query, setQuery] = useState("");
  const [marked, setMarked] = useState(0);
  const listId = useId();
  const targets = useMemo(() => (node ? targetsOf(editor, node, port) : []), [editor, node, port]);
  if (!node || outputs.length === 0) {
    return (
      <Dialog title="Connect" onClose={onClose}>
        <EmptyState icon="circle-slash" title="This node leads nowhere">It has no output.</EmptyState>
      </Dialog>
    );
  }
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = targets.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)));
  const choose = (target: Target | undefined): void => {
    if (!target) return;
    connect(store, target.ends);
    ui.setState({ announcement: `Connected to ${target.title}` });
    onClose();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") choose(found[marked]);
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    setMarked((found.length + marked + (event.key === "ArrowDown" ? 1 : -1)) % Math.max(1, found.length));
  };
  return (
    <Dialog title={`Connect ${node.name || node.id} to`} onClose={onClose}>
      {outputs.length > 1 && (
        <div className={styles.fields}>
          <Field label="From its output">{(control) => <Select {...control} value={port} options={outputs.map(({ name, label }) => ({ value: name, label: label || name }))} onChange={setPort} />}</Field>
        </div>
      )}
      <div className={styles.search}>
        <TextInput
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={found[marked] && `${listId}-${marked}`}
          aria-label="Search the node to connect to"
          placeholder="The name of a node"
          value={query}
          onKeyDown={onKey}
          onChange={(event) => {
            setQuery(event.target.value);
            setMarked(0);
          }}
        />
      </div>
      <ul id={listId} className={styles.results} role="listbox" aria-label="Nodes that it may lead to">
        {found.map((target, index) => (
          <li key={`${target.ends.target} ${target.ends.target_port}`} id={`${listId}-${index}`} role="option" aria-selected={index === marked} className={styles.result} onPointerMove={() => setMarked(index)} onClick={() => choose(target)}>
            <Icon name={target.icon} />
            <span className={styles.resultTitle}>{target.title}</span>
          </li>
        ))}
        {found.length === 0 && <li className={styles.nothing}>{targets.length === 0 ? "There is no node that it may lead to." : `No such node holds “${query}”.`}</li>}
      </ul>
    </Dialog>
  );
}

interface Target {
  title: string;
  icon: string;
  ends: Ends;
}

/** Every input that an output may lead to. */
function targetsOf({ store, catalogue }: ReturnType<typeof useEditor>, node: NodeDoc, port: string): Target[] {
  const view = store.view.getState();
  return [...view.nodes.values()].flatMap((other) => {
    const { inputs } = portsIn(view.nodes, catalogue, other);
    const name = other.name || other.id;
    return inputs.flatMap((input): Target[] => {
      const ends = { source: node.id, source_port: port, target: other.id, target_port: input.name };
      if (refusal(view, catalogue, ends)) return [];
      return [{ title: inputs.length > 1 ? `${name}: ${input.label || input.name}` : name, icon: catalogue.typeOf(other)?.icon ?? "box", ends }];
    });
  });
}
