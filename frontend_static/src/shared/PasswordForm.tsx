import { useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { Button, Field, Icon, TextInput } from "../ui";
import styles from "./shared.module.css";

/** Asks a visitor for the password of a link. */
export function PasswordForm({ onTry }: { onTry: (password: string) => Promise<void> }) {
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (password === "") return setProblem("Enter the password.");
    setBusy(true);
    try {
      await onTry(password);
    } catch (thrown) {
      setProblem(asApiError(thrown).message);
      setBusy(false);
    }
  };
  return (
    <main className={styles.column}>
      <form className={styles.card} noValidate onSubmit={(event) => void submit(event)}>
        <div className={styles.lock}>
          <Icon name="lock" size={20} />
        </div>
        <h1 className={styles.title}>This is shared with a password</h1>
        <p className={styles.lead}>Whoever gave you the link knows it.</p>
        <Field label="Password" notes={problem === null ? [] : [{ severity: "error", message: problem }]}>
          {(control) => <TextInput {...control} type="password" autoFocus autoComplete="off" value={password} onChange={(event) => setPassword(event.target.value)} />}
        </Field>
        <Button type="submit" kind="primary" disabled={isBusy}>
          {isBusy ? "Opening…" : "Open"}
        </Button>
      </form>
    </main>
  );
}
