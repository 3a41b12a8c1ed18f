import { useEffect, useRef, useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { sharedRunCancel, sharedRunStart } from "../api/shared";
import type { SharedOut, SharedRunOut } from "../contracts/api";
import { StartFieldInput } from "../runpanel/StartFieldInput";
import { initialValues, parseValues } from "../runpanel/startValues";
import { Button, FieldNotes } from "../ui";
import { NoteText } from "../canvas/NoteText";
import { RunProgress } from "./RunProgress";
import { RunOutcome } from "./RunOutcome";
import { SharedFrame } from "./SharedFrame";
import { useSharedRun } from "./useSharedRun";
import styles from "./shared.module.css";

interface SharedRunProps {
  token: string;
  shared: SharedOut;
  /** Where only its owner looks at what others will see: nothing is started. */
  isPreview?: boolean;
}

/** A workflow as a form: what it takes, how far it is, what it gives. */
export default function SharedRun({ token, shared }: SharedRunProps) {
  return (
    <SharedFrame>
      <SharedRunBody token={token} shared={shared} />
    </SharedFrame>
  );
}

export function SharedRunBody({ token, shared, isPreview = false }: SharedRunProps) {
  const { run, follow, leave, trouble } = useSharedRun(isPreview ? null : token);
  const stop = async (): Promise<void> => {
    if (run) follow(await sharedRunCancel(token, run.id));
  };
  return (
    <main className={styles.column}>
      <div className={styles.intro}>
        <h1 className={styles.title}>{shared.name}</h1>
        {shared.description && <NoteText text={shared.description} className={styles.lead} />}
      </div>
      {run === null ? (
        <RunForm token={token} shared={shared} isPreview={isPreview} onStarted={follow} />
      ) : (
        <section className={styles.card} aria-label="Your run">
          {run.finished_at === null ? <RunProgress run={run} trouble={trouble} onStop={stop} /> : <RunOutcome run={run} onAgain={leave} />}
        </section>
      )}
    </main>
  );
}

const CONTROLS = "input, textarea, select";

function RunForm({ token, shared, isPreview, onStarted }: SharedRunProps & { onStarted: (run: SharedRunOut) => void }) {
  const fields = shared.fields ?? [];
  const [values, setValues] = useState(() => initialValues(fields, recalled(token)));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const refuse = (next: Record<string, string>, message: string | null): void => {
    setErrors(next);
    setRefusal(message);
    const first = fields.find((field) => next[field.name] !== undefined);
    if (first) form.current?.querySelector<HTMLElement>(`[data-field="${CSS.escape(first.name)}"] :is(${CONTROLS})`)?.focus();
  };
  useEffect(() => {
    if (!isPreview) form.current?.querySelector<HTMLElement>(CONTROLS)?.focus({ preventScroll: true });
  }, [isPreview]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy || isPreview) return;
    const parsed = parseValues(fields, values);
    if (parsed.kind === "invalid") return refuse(parsed.errors, null);
    setBusy(true);
    try {
      const run = await sharedRunStart(token, parsed.input);
      remember(token, parsed.input);
      onStarted(run);
    } catch (thrown) {
      const error = asApiError(thrown);
      const known = Object.fromEntries(Object.entries(error.fields).filter(([name]) => fields.some((field) => field.name === name)));
      refuse(known, Object.keys(known).length > 0 ? null : error.status === 404 ? "This link does not work any more. Ask for a new one." : error.message);
      setBusy(false);
    }
  };
  return (
    <form ref={form} className={styles.card} noValidate onSubmit={(event) => void submit(event)}>
      {fields.length === 0 && <p className={styles.lead}>It needs nothing from you.</p>}
      {fields.map((field) => (
        <StartFieldInput
          key={field.name}
          field={field}
          value={values[field.name] ?? ""}
          error={errors[field.name]}
          onChange={(value) => {
            setValues((before) => ({ ...before, [field.name]: value }));
            setErrors(({ [field.name]: _gone, ...rest }) => rest);
          }}
        />
      ))}
      <div role="alert">{refusal !== null && <FieldNotes notes={[{ severity: "error", message: refusal }]} />}</div>
      <Button type="submit" kind="primary" icon="play" className={styles.main ?? ""} disabled={isBusy || isPreview === true}>
        {isBusy ? "Starting…" : "Run"}
      </Button>
    </form>
  );
}

const keyOf = (token: string): string => `shared.input.${token.slice(0, 8)}`;

function recalled(token: string) {
  try {
    return JSON.parse(window.sessionStorage.getItem(keyOf(token)) ?? "null") as ReturnType<typeof JSON.parse>;
  } catch {
    return null;
  }
}

function remember(token: string, input: object): void {
  try {
    window.sessionStorage.setItem(keyOf(token), JSON.stringify(input));
  } catch {
    // Private windows may refuse storage; the form then begins with its defaults.
  }
}
