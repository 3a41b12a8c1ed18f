import { useEditor } from "../../actions/editor";
import { keysOf, perform } from "../../actions/registry";
import { versionGet, workflowList } from "../../api/workflows";
import { useResource } from "../../api/useResource";
import type { JsonObject, WorkflowOut } from "../../contracts/api";
import { isObject } from "../../document/normalise";
import { Icon, Select, type FieldControl } from "../../ui";
import styles from "./Rows.module.css";

interface WorkflowFieldProps {
  control: FieldControl;
  value: string;
  disabled: boolean;
  onChange: (value: string) => void;
}

const fetchAll = (_: null, signal: AbortSignal): Promise<WorkflowOut[]> => workflowList("", { signal }).then(({ items }) => items);

/** Which workflow a node runs: one of those that are there, with what it takes. */
export function WorkflowField({ control, value, disabled, onChange }: WorkflowFieldProps) {
  const editor = useEditor();
  const { workflowId } = editor;
  const { state } = useResource(fetchAll, null);
  const known = state.kind === "ready" ? state.value : [];
  const chosen = known.find(({ id, slug }) => id === value || slug === value);
  const options = known.map((one) => ({ value: one.slug, label: labelOf(one, workflowId) }));
  const others = [
    ...(value === "" ? [{ value: "", label: state.kind === "loading" ? "Loading…" : "Choose a workflow" }] : []),
    ...(value !== "" && chosen === undefined ? [{ value, label: state.kind === "ready" ? `${value} (not found)` : value }] : []),
  ];
  return (
    <>
      <Select {...control} options={[...others, ...options]} value={chosen?.slug ?? value} disabled={disabled} onChange={onChange} />
      {state.kind === "failed" && <p className={styles.note}>{state.error.message}</p>}
      {chosen && <Chosen workflow={chosen} onOpen={() => perform(editor, "view.called")} />}
    </>
  );
}

const labelOf = (one: WorkflowOut, current: string): string =>
  `${one.name}${one.id === current ? " (this workflow)" : ""}${one.latest_version === null ? " – not published" : ""}`;

function Chosen({ workflow, onOpen }: { workflow: WorkflowOut; onOpen: () => void }) {
  return (
    <p className={styles.note}>
      {workflow.latest_version === null ? "It has to be published before it can be run." : <Takes id={workflow.id} version={workflow.latest_version} />}{" "}
      <button type="button" className={styles.open} title={`Open it here (${keysOf("view.called")})`} onClick={onOpen}>
        Open it <Icon name="arrow-right" size={12} />
      </button>
    </p>
  );
}

const fetchFields = async (address: string, signal: AbortSignal): Promise<string[]> => {
  const [id = "", version = "1"] = address.split("\n");
  const { document } = await versionGet(id, Number(version), { signal });
  const nodes = Array.isArray(document.nodes) ? document.nodes.filter(isObject) : [];
  return nodes.filter((node) => node.type === "start").flatMap((node) => fieldsOf(node.params));
};

function fieldsOf(params: unknown): string[] {
  const fields = isObject(params) && Array.isArray(params.fields) ? params.fields.filter(isObject) : [];
  return fields.map((field: JsonObject) => `${String(field.name)}${field.required === true ? "" : " (optional)"}`);
}

/** What the latest version takes as its input. */
function Takes({ id, version }: { id: string; version: number }) {
  const { state } = useResource(fetchFields, `${id}\n${version}`);
  if (state.kind !== "ready") return <span>Version {version}.</span>;
  return <span>Version {version} takes {state.value.length === 0 ? "no input" : state.value.join(", ")}.</span>;
}
