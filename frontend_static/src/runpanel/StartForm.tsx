import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";
import { asApiError } from "../api/client";
import { useConnectivity } from "../api/connectivity";
import type { JsonObject, StartField } from "../contracts/api";
import { Button, Dialog, FieldNotes, Kbd } from "../ui";
import { ForecastLine } from "./ForecastLine";
import { recallInput, rememberInput } from "./remembered";
import { StartFieldInput } from "./StartFieldInput";
import { initialValues, parseValues } from "./startValues";
import styles from "./StartForm.module.css";

interface StartFormProps {
  fields: readonly StartField[];
  /** Starts the run. What it rejects with is shown at the fields it names. */
  onRun: (input: JsonObject) => Promise<unknown> | void;
  onClose: () => void;
  /** With it, the form begins with what was run last here. */
  workflowId?: string;
}

const CONTROLS = "input, textarea, select";

/** The input of a run, asked for by the fields of its start node. */
export function StartForm({ fields, onRun, onClose, workflowId }: StartFormProps) {
  const [values, setValues] = useState(() => initialValues(fields, workflowId === undefined ? null : recallInput(workflowId)));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isOffline = useConnectivity() === "offline";
  const form = useRef<HTMLFormElement>(null);

  // The dialog opens in an effect of its own and focuses its first button; this one runs after it.
  useEffect(() => form.current?.querySelector<HTMLElement>(CONTROLS)?.focus(), []);

  const refuse = (next: Record<string, string>, message: string | null): void => {
    setErrors(next);
    setRefusal(message);
    const first = fields.find((field) => next[field.name] !== undefined);
    if (first) form.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(first.name)}"] :is(${CONTROLS})`)?.focus();
  };
  const run = async (): Promise<void> => {
    if (isBusy) return;
    const parsed = parseValues(fields, values);
    if (parsed.kind === "invalid") return refuse(parsed.errors, null);
    setBusy(true);
    try {
      await onRun(parsed.input);
      if (workflowId !== undefined) rememberInput(workflowId, parsed.input);
      onClose();
    } catch (thrown) {
      const error = asApiError(thrown);
      const known = Object.fromEntries(Object.entries(error.fields).filter(([name]) => fields.some((field) => field.name === name)));
      refuse(known, Object.keys(known).length > 0 ? null : error.message);
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void run();
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void run();
  };
  const change = (name: string, value: string | boolean): void => {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors(({ [name]: _gone, ...rest }) => rest);
  };

  const foot = (
    <>
      <p className={styles.hint}>
        <Kbd keys="Ctrl+Enter" /> runs
      </p>
      <Button onClick={onClose}>Back to the canvas</Button>
      <Button kind="primary" icon="play" disabled={isBusy || isOffline} onClick={() => void run()}>
        {isBusy ? "Starting…" : "Run"}
      </Button>
    </>
  );
  return (
    <Dialog title="Run this workflow" lead={fields.length === 0 ? "It takes no input." : undefined} onClose={onClose} foot={foot}>
      <form ref={form} className={styles.form} noValidate onSubmit={onSubmit} onKeyDown={onKeyDown}>
        {fields.map((field) => (
          <StartFieldInput key={field.name} field={field} value={values[field.name] ?? ""} error={errors[field.name]} onChange={(value) => change(field.name, value)} />
        ))}
        {workflowId !== undefined && <ForecastLine workflowId={workflowId} input={known(fields, values)} />}
        <div role="alert">{refusal !== null && <FieldNotes notes={[{ severity: "error", message: refusal }]} />}</div>
        {isOffline && <FieldNotes notes={[{ severity: "warning", message: "You are offline. The run can start when the connection is back." }]} />}
      </form>
    </Dialog>
  );
}

/** What can be read of the form so far. */
function known(fields: readonly StartField[], values: Parameters<typeof parseValues>[1]): JsonObject {
  const parsed = parseValues(fields, values);
  return parsed.kind === "invalid" ? { ...values } : parsed.input;
}
