import { useId, useState, type FormEvent } from "react";
import { createPortal } from "react-dom";
import { asApiError } from "../api/client";
import { approvalDelegate } from "../api/runs";
import { Button, Dialog, Field, FieldNotes, TextArea, TextInput, toast } from "../ui";
import styles from "./PassOn.module.css";

interface PassOnProps {
  runId: string;
  nodeKey: string;
  onPassedOn: () => void;
  onStale: () => void;
}

/** Lets another person answer in the place of the reader. Its form stands outside of the card's, as forms do not nest. */
export function PassOn({ runId, nodeKey, onPassedOn, onStale }: PassOnProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="ghost" onClick={() => setOpen(true)}>
        Pass on…
      </Button>
      {isOpen && createPortal(<PassOnDialog runId={runId} nodeKey={nodeKey} onClose={() => setOpen(false)} onPassedOn={onPassedOn} onStale={onStale} />, document.body)}
    </>
  );
}

function PassOnDialog({ runId, nodeKey, onClose, onPassedOn, onStale }: PassOnProps & { onClose: () => void }) {
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const [isSending, setSending] = useState(false);
  const [wrong, setWrong] = useState<{ to?: string; all?: string }>({});
  const form = useId();
  const change = (next: string): void => {
    setTo(next);
    setWrong({});
  };
  const send = async (): Promise<void> => {
    if (to.trim() === "") return setWrong({ to: "Write an address." });
    setSending(true);
    try {
      const made = await approvalDelegate(runId, nodeKey, { to: to.trim(), note: note.trim() });
      toast({ tone: "ok", text: `${made.to} is asked now.` });
      onClose();
      onPassedOn();
    } catch (thrown) {
      const error = asApiError(thrown);
      setSending(false);
      setWrong(error.fields.to ? { to: error.fields.to } : { all: error.message });
      if (error.code === "not_waiting") onStale();
    }
  };
  return (
    <Dialog
      title="Pass this on"
      lead="They are told by mail and see this form alone. You are asked no more, and may still answer from the run."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} disabled={isSending}>
            {isSending ? "Sending…" : "Pass on"}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={styles.form}
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void send();
        }}
      >
        <Field label="E-mail address" required notes={wrong.to ? [{ severity: "error", message: wrong.to }] : []}>
          {(control) => <TextInput {...control} type="email" maxLength={254} value={to} onChange={(event) => change(event.target.value)} />}
        </Field>
        <Field label="Note" help="What they should know.">
          {(control) => <TextArea {...control} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />}
        </Field>
        <div role="alert">{wrong.all && <FieldNotes notes={[{ severity: "error", message: wrong.all }]} />}</div>
      </form>
    </Dialog>
  );
}
