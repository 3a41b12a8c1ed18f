import { Field, Select, TextInput } from "../ui";
import { EXPIRIES, type TermsForm } from "./terms";
import type { Right } from "./rights";
import styles from "./share.module.css";

interface TermsFieldsProps {
  right: Right;
  form: TermsForm;
  wrong: Readonly<Record<string, string>>;
  onChange: (change: Partial<TermsForm>) => void;
}

const USES: Record<Right, string> = { run: "Runs in all", view: "Visitors in all", copy: "Copies in all", replay: "Visitors in all" };

/** Name, expiry, password and limits. */
export function TermsFields({ right, form, wrong, onChange }: TermsFieldsProps) {
  const notes = (name: string) => (wrong[name] === undefined ? [] : [{ severity: "error" as const, message: wrong[name] }]);
  return (
    <div className={styles.terms}>
      <Field label="Name" help="For you. Visitors do not see it." notes={notes("name")}>
        {(control) => <TextInput {...control} maxLength={120} value={form.name} onChange={(event) => onChange({ name: event.target.value })} />}
      </Field>
      <Field label="Ends" notes={notes("expires_at")}>
        {(control) => <Select {...control} options={EXPIRIES} value={form.expires} onChange={(value) => onChange({ expires: value as TermsForm["expires"] })} />}
      </Field>
      <Field label="Password" help="Empty: none is asked for." notes={notes("password")}>
        {(control) => <TextInput {...control} type="password" autoComplete="new-password" maxLength={200} value={form.password} onChange={(event) => onChange({ password: event.target.value })} />}
      </Field>
      <Field label={USES[right]} help="Empty: no limit." notes={notes("uses_limit")}>
        {(control) => <TextInput {...control} inputMode="numeric" value={form.uses} onChange={(event) => onChange({ uses: event.target.value })} />}
      </Field>
      {right === "run" && (
        <Field label="Runs an hour" notes={notes("runs_per_hour")}>
          {(control) => <TextInput {...control} inputMode="numeric" value={form.perHour} onChange={(event) => onChange({ perHour: event.target.value })} />}
        </Field>
      )}
    </div>
  );
}
