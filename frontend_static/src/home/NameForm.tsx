import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from "react";
import { asApiError } from "../api/client";
import { Button, Dialog, Field, FieldNotes, TextArea, TextInput } from "../ui";
import styles from "./HomePage.module.css";

interface NameFormProps {
  title: string;
  verb: string;
  initial: { name: string; description: string };
  /** What else there is to say. */
  children?: ReactNode;
  /** Closes the dialog; rejects where the server refuses, and the dialog then stays. */
  onSave: (values: { name: string; description: string }) => Promise<void>;
  onClose: () => void;
}

/** Asks for a name and a description. */
export function NameForm({ title, verb, initial, children, onSave, onClose }: NameFormProps) {
  const [name, setName] = useState(initial.name);
  const [description, setDescription] = useState(initial.description);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  // The dialog opens in an effect of its own and focuses its first button; this one runs after it.
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === "") return setErrors({ name: "Give it a name. It can be changed later." });
    setBusy(true);
    try {
      await onSave({ name: name.trim(), description: description.trim() });
    } catch (thrown) {
      const error = asApiError(thrown);
      setErrors(Object.keys(error.fields).length > 0 ? error.fields : { form: error.message });
      setBusy(false);
    }
  };
  const notes = (field: string) => (errors[field] === undefined ? [] : [{ severity: "error" as const, message: errors[field] }]);
  const foot = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form={formId} disabled={isBusy}>
        {verb}
      </Button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} foot={foot}>
      <form ref={form} id={formId} className={styles.form} noValidate onSubmit={(event) => void save(event)}>
        <Field label="Name" required notes={notes("name")}>
          {(control) => <TextInput {...control} maxLength={200} value={name} onFocus={(event) => event.target.select()} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="Description" notes={notes("description")}>
          {(control) => <TextArea {...control} rows={2} value={description} onChange={(event) => setDescription(event.target.value)} />}
        </Field>
        {children}
        <div role="alert">
          <FieldNotes notes={notes("form")} />
        </div>
      </form>
    </Dialog>
  );
}
