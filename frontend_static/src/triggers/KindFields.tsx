import type { Draft } from "./draft";
import { Field, Select, Switch, TextArea, TextInput, type FieldNote } from "../ui";
import styles from "./triggers.module.css";

export interface FieldsProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
  notes: (field: string) => FieldNote[];
}

const AUTH = [
  { value: "hmac", label: "Signature (HMAC)" },
  { value: "bearer", label: "Key (bearer token)" },
  { value: "none", label: "None" },
];
const ANSWER = [
  { value: "at_once", label: "At once, with the run's id" },
  { value: "result", label: "With the result, once the run has ended" },
];
const AUTH_HELP = {
  hmac: "Each call is signed with a key, as Standard Webhooks has it, and taken once.",
  bearer: "Each call carries the key in its Authorization header.",
  none: "",
};

export function WebhookFields({ draft, onChange, notes }: FieldsProps) {
  const { webhook } = draft;
  const set = (changes: Partial<typeof webhook>): void => onChange({ ...draft, webhook: { ...webhook, ...changes } });
  return (
    <>
      <Field
        label="Who may call"
        help={AUTH_HELP[webhook.auth]}
        notes={webhook.auth === "none" ? [{ severity: "error", message: "Whoever learns the address can start runs. They use no credentials unless you allow that." }] : notes("config.auth")}
      >
        {(control) => <Select {...control} options={AUTH} value={webhook.auth} onChange={(auth) => set({ auth: auth as typeof webhook.auth })} />}
      </Field>
      {webhook.auth === "none" && <Switch label="Let these runs use credentials" help="Yours, and those of the workflow's team." checked={webhook.credentials} onChange={(credentials) => set({ credentials })} />}
      <Field label="Answer">{(control) => <Select {...control} options={ANSWER} value={webhook.answer} onChange={(answer) => set({ answer: answer as typeof webhook.answer })} />}</Field>
      {webhook.answer === "result" && (
        <Field label="Wait at most" help="Seconds, up to 50. A run that takes longer is answered with its id." notes={notes("config.wait_seconds")}>
          {(control) => <TextInput {...control} inputMode="numeric" value={webhook.wait_seconds} onChange={(event) => set({ wait_seconds: Number(event.target.value.replace(/\D/g, "")) })} />}
        </Field>
      )}
    </>
  );
}

export function FormFields({ draft, onChange, notes }: FieldsProps) {
  const { form } = draft;
  const set = (changes: Partial<typeof form>): void => onChange({ ...draft, form: { ...form, ...changes } });
  return (
    <>
      <Field label="Title" help="The workflow's name if empty." notes={notes("config.title")}>
        {(control) => <TextInput {...control} maxLength={200} value={form.title} onChange={(event) => set({ title: event.target.value })} />}
      </Field>
      <Field label="Description" notes={notes("config.description")}>
        {(control) => <TextArea {...control} rows={3} maxLength={4000} value={form.description} onChange={(event) => set({ description: event.target.value })} />}
      </Field>
      <div className={styles.pair}>
        <Field label="Button" notes={notes("config.button")}>
          {(control) => <TextInput {...control} maxLength={200} placeholder="Send" value={form.button} onChange={(event) => set({ button: event.target.value })} />}
        </Field>
        <Field label="When it is done" notes={notes("config.thanks")}>
          {(control) => <TextInput {...control} maxLength={4000} placeholder="Done." value={form.thanks} onChange={(event) => set({ thanks: event.target.value })} />}
        </Field>
      </div>
      <Switch label="Show the result" help="Else only that it is done." checked={form.shows_output} onChange={(shows_output) => set({ shows_output })} />
      <Switch label="Ask for a sign-in" help="Only people with an account here can fill it in." checked={form.sign_in} onChange={(sign_in) => set({ sign_in })} />
      <Switch label="Let these runs use credentials" help="Yours, and those of the workflow's team: models that need a key do not answer without." checked={form.credentials} onChange={(credentials) => set({ credentials })} />
    </>
  );
}
