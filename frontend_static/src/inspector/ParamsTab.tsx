import { useEffect, useMemo, useRef, useState } from "react";
import { useDocument, useEditor, useProblems, useUi } from "../actions/editor";
import type { NodeDoc } from "../contracts/document";
import { setParam } from "../document/commands";
import { insideSuggestions, suggestions } from "../document/suggest";
import { FieldNotes, Icon } from "../ui";
import { recall, remember } from "../runpanel/remembered";
import { DataPanel } from "./DataPanel";
import { formOf, type ParamSpec } from "./form";
import styles from "./Inspector.module.css";
import { ParamField } from "./ParamField";
import { SightContext, useSightOf } from "./sight";

const NONE: never[] = [];

/** The form of the node's type. */
export function ParamsTab({ node }: { node: NodeDoc }) {
  const editor = useEditor();
  const type = editor.catalogue.typeOf(node);
  const specs = useMemo(() => (type ? formOf(type) : []), [type]);
  const problems = useProblems((index) => index.byNode.get(node.id)) ?? NONE;
  const edges = useDocument((view) => view.edges);
  const nodes = useDocument((view) => view.nodes);
  const names = useMemo(() => suggestions({ nodes, edges }, editor.catalogue, node.id), [nodes, edges, editor, node.id]);
  const inside = useMemo(() => insideSuggestions({ nodes, edges }, editor.catalogue, node.id), [nodes, edges, editor, node.id]);
  const box = useFocusedParam();
  const sight = useSightOf(node);
  const [isDataOpen, setDataOpen] = useState(() => recall("inspector.data") === true);
  const showData = (next: boolean): void => {
    setDataOpen(next);
    remember("inspector.data", next);
  };
  const hasData = !editor.isReadOnly && specs.some((spec) => spec.isResolved || TAKES_EXPRESSIONS.has(spec.kind));
  if (!type) return <p className={styles.empty}>This installation does not know the type “{node.type}”. The node is kept as it is.</p>;
  const general = problems.filter((problem) => !problem.param);
  const field = (spec: ParamSpec) => (
    <div key={spec.name} data-param={spec.name}>
      <ParamField node={node} spec={spec} problems={problems} suggestions={spec.kind === "expression" ? [...inside, ...names] : names} onChange={(value) => setParam(editor.store, node.id, spec.name, value)} />
    </div>
  );
  const advanced = specs.filter((spec) => spec.isAdvanced);
  return (
    <SightContext value={sight}>
      <div className={styles.form} ref={box}>
        {hasData && <DataToggle isOpen={isDataOpen} onToggle={() => showData(!isDataOpen)} />}
        {hasData && isDataOpen && <DataPanel onClose={() => showData(false)} />}
        {general.length > 0 && (
          <div className={styles.notes}>
            <FieldNotes notes={general.map(({ severity, message, hint }) => ({ severity, message: hint ? `${message} ${hint}` : message }))} />
          </div>
        )}
        {specs.length === 0 && <p className={styles.empty}>{type.help} It has nothing to set.</p>}
        {specs.filter((spec) => !spec.isAdvanced).map(field)}
        {advanced.length > 0 && (
          <Advanced
            key={node.id}
            isUsed={advanced.some((spec) => spec.name in node.params)}
            isNeeded={advanced.some((spec) => problems.some((problem) => problem.param?.split(/[.[]/)[0] === spec.name))}
          >
            {advanced.map(field)}
          </Advanced>
        )}
      </div>
    </SightContext>
  );
}

const TAKES_EXPRESSIONS = new Set(["expression", "cases", "criteria"]);

function DataToggle({ isOpen, onToggle }: { isOpen: boolean; onToggle: () => void }) {
  return (
    <button type="button" className={styles.data} aria-pressed={isOpen} onClick={onToggle}>
      <Icon name="braces" size={14} />
      Data of the last run
    </button>
  );
}

/** What few need. It is open where something in it is set, and cannot be closed over a problem. */
function Advanced({ isUsed, isNeeded, children }: { isUsed: boolean; isNeeded: boolean; children: React.ReactNode }) {
  const [isOpen, setOpen] = useState(isUsed);
  const shown = isOpen || isNeeded;
  return (
    <section>
      <button type="button" className={styles.more} aria-expanded={shown} onClick={() => setOpen(!isOpen)}>
        <Icon name={shown ? "chevron-down" : "chevron-right"} size={14} />
        More
      </button>
      {shown && <div className={styles.form}>{children}</div>}
    </section>
  );
}

/** After a jump from the list of problems, the field it belongs to is in view and has the focus. */
function useFocusedParam() {
  const box = useRef<HTMLDivElement>(null);
  const param = useUi((state) => state.focusParam);
  useEffect(() => {
    const name = param?.split(/[.[]/)[0];
    const field = name && box.current?.querySelector<HTMLElement>(`[data-param="${CSS.escape(name)}"]`);
    if (!field) return;
    field.scrollIntoView({ block: "nearest" });
    field.querySelector<HTMLElement>("input, textarea, select")?.focus({ preventScroll: true });
  }, [param]);
  return box;
}
