import { useDocument, useEditor } from "../actions/editor";
import { setSettings } from "../document/commands";
import { settingsOf } from "../document/store";
import { Button, Dialog, Field, Select, TextInput } from "../ui";
import styles from "./dialogs.module.css";

const ON_FAILURE = [
  { value: "fail_fast", label: "Stop the run at once" },
  { value: "continue", label: "Finish the other branches first" },
];

const positive = (text: string): number | null => {
  const value = Number(text.trim());
  return text.trim() !== "" && Number.isFinite(value) && value > 0 ? value : null;
};

/** What holds for a whole run. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const { store } = useEditor();
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
        <Field label="Budget" help="US dollars; a run stops before it costs more. Empty: none.">
          {(control) => <TextInput {...control} inputMode="decimal" defaultValue={settings.budget_usd ?? ""} onBlur={(event) => setSettings(store, { budget_usd: positive(event.target.value) })} />}
        </Field>
      </div>
    </Dialog>
  );
}
