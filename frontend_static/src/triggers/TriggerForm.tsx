import { useId, useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { triggerCreate, triggerUpdate } from "../api/triggers";
import type { Trigger, TriggerKind, TriggerMade } from "../contracts/api";
import { Button, Dialog, Field, FieldNotes, Select, TextInput, type FieldNote } from "../ui";
import { draftOf, KIND_WORDS, readDraft } from "./draft";
import { FormFields, WebhookFields } from "./KindFields";
import { ofCron } from "./cron";
import { ScheduleFields } from "./ScheduleFields";
import styles from "./triggers.module.css";

interface TriggerFormProps {
  workflowId: string;
  kind: TriggerKind;
  /** The one to change; null for a new one. */
  trigger: Trigger | null;
  newest: number | null;
  onDone: (made: TriggerMade) => void;
  onClose: () => void;
}

/** Makes or changes a trigger. */
export function TriggerForm({ workflowId, kind, trigger, newest, onDone, onClose }: TriggerFormProps) {
  const [draft, setDraft] = useState(() => draftOf(kind, trigger));
  const [isByHand, setByHand] = useState(() => ofCron(draft.schedule.cron).kind === "cron");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const formId = useId();
  const words = KIND_WORDS[kind];
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const read = readDraft(kind, draft);
    if (read.kind === "wrong") return setErrors(read.errors);
    setBusy(true);
    try {
      onDone(trigger ? await triggerUpdate(trigger, read.changes) : await triggerCreate(workflowId, kind, read.changes));
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
        {trigger ? "Save" : "Create"}
      </Button>
    </>
  );
  const fields = { draft, onChange: setDraft, notes };
  const versions = [{ value: "", label: "The latest published one" }, ...Array.from({ length: newest ?? 0 }, (_, n) => ({ value: String((newest ?? 0) - n), label: `Version ${(newest ?? 0) - n}` }))];
  return (
    <Dialog title={trigger ? `Change “${trigger.name}”` : `New ${words.title.toLowerCase()}`} lead={words.lead} onClose={onClose} foot={foot}>
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void save(event)}>
        <Field label="Name" notes={notes("name")}>
          {(control) => <TextInput {...control} maxLength={100} value={draft.name} onChange={(event) => setDraft({ ...draft, name: event.target.value })} />}
        </Field>
        {kind === "webhook" && <WebhookFields {...fields} />}
        {kind === "schedule" && <ScheduleFields {...fields} isByHand={isByHand} onByHand={setByHand} />}
        {kind === "form" && <FormFields {...fields} />}
        <div className={styles.limits}>
          <Field label="Runs" notes={notes("version")}>
            {(control) => <Select {...control} options={versions} value={draft.version} onChange={(version) => setDraft({ ...draft, version })} />}
          </Field>
          {kind !== "schedule" && (
            <Field label="Calls a minute" notes={notes("rate_per_minute")}>
              {(control) => <TextInput {...control} inputMode="numeric" value={draft.rate} onChange={(event) => setDraft({ ...draft, rate: event.target.value })} />}
            </Field>
          )}
          <Field label="Runs at once" notes={notes("most_active")}>
            {(control) => <TextInput {...control} inputMode="numeric" value={draft.active} onChange={(event) => setDraft({ ...draft, active: event.target.value })} />}
          </Field>
        </div>
        {trigger && <p className={styles.quiet}>Whoever saves this has its runs, with their credentials.</p>}
        <div role="alert">
          <FieldNotes notes={notes("form")} />
        </div>
      </form>
    </Dialog>
  );
}
