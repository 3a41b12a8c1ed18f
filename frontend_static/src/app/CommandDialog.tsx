import { useCallback, useEffect, useId, useMemo, useState, type KeyboardEvent } from "react";
import { useDocument, useEditor, type Editor } from "../actions/editor";
import { ACTIONS, keysOf } from "../actions/registry";
import { select } from "../actions/ui";
import { runList } from "../api/runs";
import { useResource } from "../api/useResource";
import { workflowList } from "../api/workflows";
import type { RunSummary, WorkflowOut } from "../contracts/api";
import { Dialog, formatAgo, Icon, Kbd, statusWord, TextInput } from "../ui";
import styles from "./dialogs.module.css";
import { findNodes } from "./finding";
import { navigate } from "./router";

interface Result {
  id: string;
  title: string;
  icon: string;
  /** Where it was found, or what kind of thing it is. */
  note?: string;
  keys?: string | undefined;
  perform: () => void;
}

const MOST = 60;
const REST_MS = 200;

/** Finds nodes of the graph; unless only these are asked for, also things to do, other workflows, and runs. */
export function CommandDialog({ isFind = false, onClose }: { isFind?: boolean; onClose: () => void }) {
  const editor = useEditor();
  const listId = useId();
  const [query, setQuery] = useState("");
  const [marked, setMarked] = useState(0);
  const nodes = useNodeResults(editor, query);
  const others = useOtherResults(editor, isFind ? null : query);
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const actions = useMemo(() => (isFind ? [] : actionResults(editor)), [editor, isFind]);
  const holds = ({ title }: Result): boolean => words.every((word) => title.toLowerCase().includes(word));
  const found = [...actions.filter(holds), ...nodes, ...others.filter(holds)].slice(0, MOST);
  const choose = (result: Result | undefined): void => {
    if (!result) return;
    onClose();
    window.setTimeout(() => {
      editor.ui.getState().canvas?.focus();
      result.perform();
    });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") choose(found[marked]);
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    setMarked((found.length + marked + (event.key === "ArrowDown" ? 1 : -1)) % Math.max(1, found.length));
  };
  useEffect(() => {
    void document.getElementById(`${listId}-${marked}`)?.scrollIntoView({ block: "nearest" });
  }, [listId, marked]);
  return (
    <Dialog title={isFind ? "Find in this workflow" : "Search"} onClose={onClose}>
      <div className={styles.search}>
        <TextInput
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={found[marked] && `${listId}-${marked}`}
          aria-label={isFind ? "Find nodes" : "Search commands, nodes, workflows and runs"}
          placeholder={isFind ? "A name, a prompt, an address, a reference" : "A command, a node, a workflow or a run"}
          value={query}
          onKeyDown={onKey}
          onChange={(event) => {
            setQuery(event.target.value);
            setMarked(0);
          }}
        />
      </div>
      <ul id={listId} className={styles.results} role="listbox" aria-label="Results">
        {found.map((one, index) => (
          <li key={one.id} id={`${listId}-${index}`} role="option" aria-selected={index === marked} className={styles.result} onPointerMove={() => setMarked(index)} onClick={() => choose(one)}>
            <Icon name={one.icon} />
            <span className={styles.resultTitle}>{one.title}</span>
            {one.note && <span className={styles.note}>{one.note}</span>}
            {one.keys && <Kbd keys={one.keys} />}
          </li>
        ))}
        {found.length === 0 && <li className={styles.nothing}>Nothing holds “{query}”.</li>}
      </ul>
    </Dialog>
  );
}

function actionResults(editor: Editor): Result[] {
  const usable = ACTIONS.filter((action) => action.icon && (action.when?.(editor) ?? true));
  return usable.map((action) => ({
    id: action.id,
    title: action.title,
    icon: action.icon ?? "command",
    keys: keysOf(action.id),
    perform: () => action.perform(editor),
  }));
}

function useNodeResults(editor: Editor, query: string): Result[] {
  const nodes = useDocument((view) => view.nodes);
  return useMemo(() => {
    const { catalogue, ui } = editor;
    return findNodes(nodes.values(), (node) => catalogue.typeOf(node)?.title ?? node.type, query).map(({ node, piece }) => ({
      id: `node ${node.id}`,
      title: node.name && node.name !== node.id ? `${node.name} (${node.id})` : node.id,
      icon: catalogue.typeOf(node)?.icon ?? "box",
      note: piece || (catalogue.typeOf(node)?.title ?? node.type),
      perform: () => {
        select(ui, [node.id]);
        ui.getState().canvas?.show(node.id);
      },
    }));
  }, [editor, nodes, query]);
}

interface Others {
  workflows: WorkflowOut[];
  runs: RunSummary[];
}

/** Workflows by name and the last runs of this one, asked of the server when the typing rests. Nothing for `null`. */
function useOtherResults({ workflowId }: Editor, query: string | null): Result[] {
  const rested = useRested(query);
  const fetcher = useCallback(
    async (text: string | null, signal: AbortSignal): Promise<Others> => {
      if (text === null) return { workflows: [], runs: [] };
      const [workflows, runs] = await Promise.all([workflowList(text, { signal }), runList({ workflow: workflowId, limit: 8 }, { signal })]);
      return { workflows: workflows.items, runs: runs.items };
    },
    [workflowId],
  );
  const { state } = useResource(fetcher, rested);
  if (state.kind !== "ready") return [];
  const { workflows, runs } = state.value;
  return [
    ...workflows.filter(({ id }) => id !== workflowId).map(({ id, name }) => ({ id: `workflow ${id}`, title: name, icon: "workflow", note: "Workflow", perform: () => navigate(`/workflows/${encodeURIComponent(id)}`) })),
    ...runs.map(({ id, status, created_at }) => ({ id: `run ${id}`, title: `Run ${formatAgo(created_at)}, ${statusWord(status)}`, icon: "play", note: "Run", perform: () => navigate(`/runs/${encodeURIComponent(id)}`) })),
  ];
}

function useRested(query: string | null): string | null {
  const [rested, setRested] = useState(query);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(query), REST_MS);
    return () => window.clearTimeout(timer);
  }, [query]);
  return rested;
}
