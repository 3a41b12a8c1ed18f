import { useId, useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { outgoingCreate, outgoingUpdate } from "../api/outgoing";
import type { Outgoing, OutgoingMade, RunEnd } from "../contracts/api";
import { Button, Dialog, Field, FieldNotes, Switch, TextInput, type FieldNote } from "../ui";
import styles from "./triggers.module.css";

export const END_WORDS: Record<RunEnd, string> = { succeeded: "succeeds", failed: "fails", cancelled: "is cancelled" };
const ENDS: RunEnd[] = ["succeeded", "failed", "cancelled"];

interface OutgoingFormProps {
  workflowId: string;
  outgoing: Outgoing | null;
  onDone: (made: OutgoingMade) => void;
  onClose: () => void;
}

/** Makes or changes an outgoing webhook. */
export function OutgoingForm({ workflowId, outgoing, onDone, onClose }: OutgoingFormProps) {
  const [url, setUrl] = useState(outgoing?.url ?? "");
  const [name, setName] = useState(outgoing?.name ?? "");
  const [ends, setEnds] = useState<RunEnd[]>(outgoing?.ends ?? ["succeeded", "failed"]);
  const [sends_output, setOutput] = useState(outgoing?.sends_output ?? false);
  const [includes_tests, setTests] = useState(outgoing?.includes_tests ?? false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const formId = useId();
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (ends.length === 0) return setErrors({ ends: "Choose at least one." });
    setBusy(true);
    const body = { url: url.trim(), ends, sends_output, includes_tests, ...(name.trim() !== "" && { name: name.trim() }) };
    try {
      onDone(outgoing ? await outgoingUpdate(outgoing, body) : await outgoingCreate(workflowId, body));
    } catch (thrown) {
      const error = asApiError(thrown);
      setErrors(Object.keys(error.fields).length > 0 ? error.fields : { form: error.message });
      setBusy(false);
    }
  };
  const notes = (field: string): FieldNote[] => (errors[field] === undefined ? [] : [{ severity: "error", message: errors[field] }]);
  const foot = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form={formId} disabled={isBusy}>
        {outgoing ? "Save" : "Create"}
      </Button>
    </>
  );
  return (
    <Dialog title={outgoing ? `Change “${outgoing.name}”` : "New outgoing webhook"} lead="An address is told when a run of this workflow has ended, in a signed message." onClose={onClose} foot={foot}>
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void save(event)}>
        <Field label="Address" required help={outgoing ? "Another host gets another key." : undefined} notes={notes("url")}>
          {(control) => <TextInput {...control} type="url" maxLength={2000} placeholder="https://example.com/runs" value={url} onChange={(event) => setUrl(event.target.value)} />}
        </Field>
        <Field label="Name" help="The host if empty." notes={notes("name")}>
          {(control) => <TextInput {...control} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <fieldset className={styles.ends}>
          <legend>When a run</legend>
          {ENDS.map((end) => (
            <label key={end}>
              <input type="checkbox" checked={ends.includes(end)} onChange={(event) => setEnds(ENDS.filter((one) => (one === end ? event.target.checked : ends.includes(one))))} />
              {END_WORDS[end]}
            </label>
          ))}
          <FieldNotes notes={notes("ends")} />
        </fieldset>
        <Switch label="Send the output along" help="Up to 256 KB of it." checked={sends_output} onChange={setOutput} />
        <Switch label="Tell of test runs too" help="Runs of the draft." checked={includes_tests} onChange={setTests} />
        <div role="alert">
          <FieldNotes notes={notes("form")} />
        </div>
      </form>
    </Dialog>
  );
}
