import { useDocument, useEditor } from "../actions/editor";
import { budgetGet, budgetSet } from "../api/workflows";
import { setSettings } from "../document/commands";
import { settingsOf } from "../document/store";
import { Button, Dialog, Field, Select, TextInput } from "../ui";
import { SharedBudget } from "./SharedBudget";
import { ON_BUDGET, positive, whole } from "./budgets";
import styles from "./dialogs.module.css";

const ON_FAILURE = [
  { value: "fail_fast", label: "Stop the run at once" },
  { value: "continue", label: "Finish the other branches first" },
];

const CALLS = { get: budgetGet, set: budgetSet };

/** What holds for a whole run. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const { store, workflowId } = useEditor();
  const settings = useDocument(settingsOf);
  return (
    <Dialog title="Workflow settings" onClose={onClose} foot={<Button kind="primary" onClick={onClose}>Done</Button>}>
      <div className={styles.fields}>
        <Field label="When a node fails">
          {(control) => <Select {...control} options={ON_FAILURE} value={settings.on_failure ?? "fail_fast"} onChange={(value) => setSettings(store, { on_failure: value as "fail_fast" | "continue" })} />}
        </Field>
        <Field label="Nodes at once" help="How many node runs may work at the same time.">
          {(control) => <TextInput {...control} inputMode="numeric" defaultValue={settings.max_parallel ?? 20} onBlur={(event) => setSettings(store, { max_parallel: Math.min(1000, Math.max(1, Math.round(positive(event.target.value) ?? 20))) })} />}
        </Field>
        <Field label="Time limit" help="Seconds for the whole run. Empty: none.">
          {(control) => <TextInput {...control} inputMode="decimal" defaultValue={settings.timeout_seconds ?? ""} onBlur={(event) => setSettings(store, { timeout_seconds: positive(event.target.value) })} />}
        </Field>
        <Field label="Budget" help="US dollars: no run costs more. Empty: no limit.">
          {(control) => <TextInput {...control} inputMode="decimal" defaultValue={settings.budget_usd ?? ""} onBlur={(event) => setSettings(store, { budget_usd: positive(event.target.value) })} />}
        </Field>
        <Field label="Token budget" help="Tokens that the models of a run read and write in all. Empty: no limit.">
          {(control) => <TextInput {...control} inputMode="numeric" defaultValue={settings.budget_tokens ?? ""} onBlur={(event) => setSettings(store, { budget_tokens: whole(event.target.value) })} />}
        </Field>
        <Field label="Time budget" help="Seconds of work, after which a run begins nothing more. Waiting for people does not count. Empty: no limit.">
          {(control) => <TextInput {...control} inputMode="decimal" defaultValue={settings.budget_seconds ?? ""} onBlur={(event) => setSettings(store, { budget_seconds: positive(event.target.value) })} />}
        </Field>
        <Field label="Before a run exceeds its budget" help="A run that asks waits without a worker until somebody decides.">
          {(control) => <Select {...control} options={ON_BUDGET} value={settings.on_budget ?? "ask"} onChange={(value) => setSettings(store, { on_budget: value as "ask" | "fail" })} />}
        </Field>
        <section className={styles.group} aria-labelledby="shared-budget">
          <h3 id="shared-budget">All runs together</h3>
          <SharedBudget id={workflowId} calls={CALLS} note="What is set here holds at once, for all versions." />
        </section>
      </div>
    </Dialog>
  );
}
