import { useState } from "react";
import { useEditor } from "../actions/editor";
import { select } from "../actions/ui";
import { asApiError, type ApiError } from "../api/client";
import { versionCreate, workflowCreate, workflowDelete } from "../api/workflows";
import type { JsonObject, WorkflowOut } from "../contracts/api";
import { withInside } from "../document/containers";
import { extract } from "../document/extract";
import { isObject } from "../document/normalise";
import { replaceDocument } from "../document/replace";
import { Button, Dialog, Field, TextInput, toast } from "../ui";
import styles from "./dialogs.module.css";

/** Moves the selected nodes into a workflow of their own, which is published and called in their place. */
export function ExtractDialog({ workflow, onClose }: { workflow: WorkflowOut; onClose: () => void }) {
  const { store, ui, catalogue } = useEditor();
  const [ids] = useState(() => ui.getState().selectedNodes);
  const [name, setName] = useState(() => nameFor(workflow.name, ids, store.view.getState().nodes));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const count = withInside(store.view.getState().nodes, ids).size;

  const move = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const { change } = store.view.getState();
    const { part, rest } = extract(store.toJson(), catalogue, ids);
    let made: WorkflowOut | undefined;
    try {
      made = await workflowCreate({ name: name.trim(), document: part as unknown as JsonObject });
      const { number } = await versionCreate(made.id, `Taken out of ${workflow.name}`);
      if (store.view.getState().change !== change) throw new Error("The workflow changed meanwhile. Try again.");
      replaceDocument(store, rest(made.slug, number, made.name), "local");
      const call = [...store.view.getState().nodes.values()].find(({ type, params }) => type === "run_workflow" && params.workflow === made?.slug);
      select(ui, call ? [call.id] : []);
      toast({ tone: "ok", text: `“${made.name}” is a workflow of its own now, and called here.`, action: { label: "Undo", perform: () => store.history.undo() } });
      onClose();
    } catch (thrown) {
      // Nothing is left half-done: what could not be published is not kept.
      if (made) await workflowDelete(made.id).catch(() => undefined);
      setProblem(thrown instanceof Error && !("status" in thrown) ? thrown.message : sentence(asApiError(thrown)));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Move into a workflow of its own"
      lead={`${count} ${count === 1 ? "node becomes" : "nodes become"} a workflow that others can call too. A call of it takes their place here; what they need and give is worked out.`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={isBusy || name.trim() === ""} onClick={() => void move()}>
            {isBusy ? "Moving…" : "Move"}
          </Button>
        </>
      }
    >
      <div className={styles.fields}>
        <Field label="Name of the workflow">{(control) => <TextInput {...control} autoFocus maxLength={120} value={name} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => event.key === "Enter" && name.trim() !== "" && void move()} />}</Field>
      </div>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

function nameFor(whole: string, ids: ReadonlySet<string>, nodes: ReadonlyMap<string, { id: string; name: string }>): string {
  const first = nodes.get([...ids][0] ?? "");
  return `${whole}: ${first?.name || first?.id || "part"}`.slice(0, 120);
}

/** A workflow that cannot be published says why by its first problem. */
function sentence(error: ApiError): string {
  const { problems } = error.data;
  const first = Array.isArray(problems) && isObject(problems[0]) ? problems[0].message : undefined;
  return typeof first === "string" ? `The new workflow could not be published, so nothing was moved. ${first}` : error.message;
}
