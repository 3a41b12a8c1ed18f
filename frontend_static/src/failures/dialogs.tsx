import { useId, useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { failureComment, failureHandle } from "../api/failures";
import type { FailureOut } from "../contracts/api";
import { Button, Dialog, Field, FieldNotes, Kbd, Select, TextArea, TextInput, toast } from "../ui";
import styles from "./failures.module.css";
import { ACTION_KEYS, LIST_KEYS, type KeyHelp } from "./keys";
import { assign, setState } from "./useAct";
import { runsWord } from "./words";

export type Asked = "assign" | "ignore" | "comment" | "handle" | "keys";

interface DialogProps {
  groups: readonly FailureOut[];
  onDone: () => void;
  onClose: () => void;
}

/** Whichever question is open about some groups. */
export function ActionDialog({ asked, runs = [], ...rest }: DialogProps & { asked: Asked; runs?: readonly string[] }) {
  if (asked === "keys") return <KeysDialog onClose={rest.onClose} />;
  if (asked === "assign") return <AssignDialog {...rest} />;
  if (asked === "ignore") return <IgnoreDialog {...rest} />;
  if (asked === "comment") return <TextDialog {...rest} title="Comment" label="Comment" button="Add" send={(group, text) => failureComment(group.id, text)} said="Said" />;
  const open = rest.groups.reduce((sum, group) => sum + group.open_count, 0);
  const count = runs.length || open;
  return (
    <TextDialog
      {...rest}
      title={`Mark ${runsWord(count)} as handled`}
      lead="They count as done. Nothing runs. The reason stays with each run."
      label="Reason"
      button="Mark as handled"
      send={(group, text) => failureHandle(group.id, [...runs], text)}
      said="Marked as handled"
    />
  );
}

function useSending(onDone: () => void) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      if ((await work()) !== false) onDone();
    } catch (thrown) {
      setProblem(asApiError(thrown).message);
    }
    setBusy(false);
  };
  return { isBusy, problem, send };
}

function AssignDialog({ groups, onDone, onClose }: DialogProps) {
  const [email, setEmail] = useState(groups[0]?.assignee?.email ?? "");
  const { isBusy, send } = useSending(onDone);
  const form = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void send(() => assign(groups, email.trim() || null));
  };
  const foot = (
    <>
      <Button disabled={isBusy} onClick={() => void send(() => assign(groups, null))}>
        Nobody
      </Button>
      <Button kind="primary" type="submit" form={form} disabled={isBusy || email.trim() === ""}>
        Assign
      </Button>
    </>
  );
  return (
    <Dialog title="Assign" lead="Somebody who may see the workflow." onClose={onClose} foot={foot}>
      <form id={form} onSubmit={submit}>
        <Field label="E-mail address">{(control) => <TextInput {...control} type="email" value={email} onChange={(event) => setEmail(event.target.value)} />}</Field>
      </form>
    </Dialog>
  );
}

const RULES = [
  { value: "more", label: "Until more runs fail of it" },
  { value: "until", label: "Until a date" },
  { value: "ever", label: "For ever" },
];

function IgnoreDialog({ groups, onDone, onClose }: DialogProps) {
  const [rule, setRule] = useState("more");
  const [more, setMore] = useState("10");
  const [until, setUntil] = useState("");
  const { isBusy, send } = useSending(onDone);
  const form = useId();
  const number = Number(more);
  const isValid = rule === "ever" || (rule === "more" ? Number.isInteger(number) && number > 0 : until !== "");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const body = rule === "more" ? { more: number } : rule === "until" ? { until: new Date(until).toISOString() } : {};
    void send(() => setState(groups, { state: "ignored", ...body }));
  };
  return (
    <Dialog
      title="Ignore"
      lead="It is counted on, but does not call for work."
      onClose={onClose}
      foot={
        <Button kind="primary" type="submit" form={form} disabled={isBusy || !isValid}>
          Ignore
        </Button>
      }
    >
      <form id={form} className={styles.form} onSubmit={submit}>
        <Field label="How long">{(control) => <Select {...control} options={RULES} value={rule} onChange={setRule} />}</Field>
        {rule === "more" && <Field label="How many more runs">{(control) => <TextInput {...control} inputMode="numeric" value={more} onChange={(event) => setMore(event.target.value)} />}</Field>}
        {rule === "until" && <Field label="Until">{(control) => <TextInput {...control} type="datetime-local" value={until} onChange={(event) => setUntil(event.target.value)} />}</Field>}
      </form>
    </Dialog>
  );
}

interface TextDialogProps extends DialogProps {
  title: string;
  lead?: string;
  label: string;
  button: string;
  send: (group: FailureOut, text: string) => Promise<unknown>;
  said: string;
}

function TextDialog({ groups, onDone, onClose, title, lead, label, button, send, said }: TextDialogProps) {
  const [text, setText] = useState("");
  const { isBusy, problem, send: go } = useSending(onDone);
  const submit = async (): Promise<void> => {
    for (const group of groups) await send(group, text.trim());
    toast({ tone: "ok", text: `${said}.` });
  };
  const foot = (
    <>
      <Button onClick={onClose}>Back</Button>
      <Button kind="primary" disabled={isBusy || text.trim() === ""} onClick={() => void go(submit)}>
        {button}
      </Button>
    </>
  );
  return (
    <Dialog title={title} lead={lead} onClose={onClose} foot={foot}>
      <Field label={label}>{(control) => <TextArea {...control} maxLength={1000} value={text} onChange={(event) => setText(event.target.value)} />}</Field>
      {problem !== null && <FieldNotes notes={[{ severity: "error", message: problem }]} />}
    </Dialog>
  );
}

function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <Keys title="In the list" keys={LIST_KEYS} />
      <Keys title="For the failure that has the focus, or all that are marked" keys={ACTION_KEYS} />
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: readonly KeyHelp[] }) {
  return (
    <section className={styles.keys}>
      <h3>{title}</h3>
      <ul>
        {keys.map((one) => (
          <li key={one.keys}>
            <span>{one.words}</span>
            <Kbd keys={one.keys} />
          </li>
        ))}
      </ul>
    </section>
  );
}
