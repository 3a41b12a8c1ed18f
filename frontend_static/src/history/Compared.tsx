import { useEffect, useState } from "react";
import { EditorContext, useUi, type Editor } from "../actions/editor";
import { select } from "../actions/ui";
import { useKeymap } from "../actions/useKeymap";
import { openComparison } from "../app/openEditor";
import { Canvas } from "../canvas/Canvas";
import { isSame, type Comparison, type FieldChange, type NodeChange } from "../document/compare";
import { classes } from "../ui";
import styles from "./history.module.css";

const CLASS = { added: "mark-added", removed: "mark-removed", changed: "mark-changed", moved: "mark-moved" } as const;
const WORD = { added: "Added", removed: "Removed", changed: "Changed", moved: "Moved" } as const;
const LONGEST = 400;

/** Two versions in one picture, with a list of what differs. */
export function Compared({ workflowId, comparison }: { workflowId: string; comparison: Comparison }) {
  const [opened, setOpened] = useState<{ editor: Editor; number: number } | null>(null);
  useEffect(() => {
    let isWanted = true;
    const marked = (list: readonly { id: string; mark: keyof typeof CLASS }[]): Map<string, string> => new Map(list.map(({ id, mark }) => [id, CLASS[mark]]));
    const marks = { nodes: marked(comparison.nodes), edges: marked(comparison.edges) };
    void openComparison(workflowId, comparison.both, marks).then((editor) => isWanted && setOpened((last) => ({ editor, number: (last?.number ?? 0) + 1 })));
    return () => {
      isWanted = false;
    };
  }, [workflowId, comparison]);
  if (!opened) return <div className={styles.waiting} aria-busy aria-label="Reading" />;
  return (
    <EditorContext value={opened.editor}>
      <Picture key={opened.number} editor={opened.editor} comparison={comparison} />
    </EditorContext>
  );
}

function Picture({ editor, comparison }: { editor: Editor; comparison: Comparison }) {
  useKeymap(editor);
  const selected = useUi((state) => state.selectedNodes);
  const show = (id: string): void => {
    select(editor.ui, [id]);
    editor.ui.getState().canvas?.show(id);
  };
  return (
    <>
      <main className={styles.canvas} data-compared>
        <Canvas />
      </main>
      <section className={styles.changes} aria-label="What differs">
        <h2>{headline(comparison)}</h2>
        <ul>
          {comparison.nodes.map((change) => (
            <li key={change.id}>
              <button type="button" className={styles.change} data-mark={change.mark} aria-pressed={selected.has(change.id)} onClick={() => show(change.id)}>
                <span>{WORD[change.mark]}</span>
                <strong>{change.name}</strong>
              </button>
              <Fields fields={change.fields} />
            </li>
          ))}
          {comparison.edges.map((change) => (
            <li key={change.id}>
              <p className={styles.change} data-mark={change.mark}>
                <span>{WORD[change.mark]}</span>
                {change.name}
              </p>
            </li>
          ))}
          {comparison.settings.length > 0 && (
            <li>
              <p className={styles.change} data-mark="changed">
                <span>Changed</span>
                <strong>Settings of the workflow</strong>
              </p>
              <Fields fields={comparison.settings} />
            </li>
          )}
        </ul>
      </section>
    </>
  );
}

function Fields({ fields }: { fields: readonly FieldChange[] }) {
  if (fields.length === 0) return null;
  return (
    <dl className={styles.fields}>
      {fields.map(({ field, before, after }) => (
        <div key={field}>
          <dt>{field}</dt>
          <dd>
            {before !== undefined && before !== null && before !== "" && <del>{shown(before)}</del>}
            {after === undefined || after === null || after === "" ? <span className={classes(styles.none)}>empty</span> : <ins>{shown(after)}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function headline(comparison: Comparison): string {
  if (isSame(comparison)) return "Nothing differs";
  const count = (mark: NodeChange["mark"]): number => comparison.nodes.filter((change) => change.mark === mark).length;
  const parts = (["added", "removed", "changed", "moved"] as const).map((mark) => [count(mark), mark] as const).filter(([number]) => number > 0);
  const nodes = parts.map(([number, mark]) => `${number} ${mark}`).join(", ");
  return nodes ? `Nodes: ${nodes}` : comparison.edges.length > 0 ? "Connections differ" : "Settings differ";
}
