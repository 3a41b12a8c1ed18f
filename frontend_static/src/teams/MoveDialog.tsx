import { useId, useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { transfer } from "../api/teams";
import type { BelongsTo } from "../contracts/api";
import { Button, Dialog, Field, FieldNotes, Select, TextInput, toast } from "../ui";
import { mayAs } from "./roles";
import styles from "./teams.module.css";
import { useTeams } from "./teams";

interface MoveDialogProps {
  kind: "workflows" | "knowledge";
  thing: { id: string; name: string; belongs_to: BelongsTo };
  me: string;
  onDone: () => void;
  onClose: () => void;
}

const [ME, OTHER] = ["me", "other"];

/** Hands a workflow or a knowledge base over: to a team, to oneself, or to a teammate. */
export default function MoveDialog({ kind, thing, me, onDone, onClose }: MoveDialogProps) {
  const teams = useTeams().filter(({ id, role }) => mayAs(role, "editor") && id !== thing.belongs_to.id);
  const options = [
    ...teams.map(({ id, name }) => ({ value: id, label: name })),
    ...(thing.belongs_to.is_you ? [] : [{ value: ME, label: "Me" }]),
    { value: OTHER, label: "Somebody in a team with me…" },
  ];
  const [chosen, setChosen] = useState("");
  const [email, setEmail] = useState("");
  const [error, setError] = useState("");
  const [isBusy, setBusy] = useState(false);
  const formId = useId();
  const to = chosen || (options[0]?.value ?? OTHER);
  const move = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await transfer(kind, thing.id, to === OTHER ? { email: email.trim() } : to === ME ? { email: me } : { team: to });
      toast({ tone: "ok", text: `Moved “${thing.name}”.` });
      onDone();
      onClose();
    } catch (thrown) {
      setError(asApiError(thrown).message);
      setBusy(false);
    }
  };
  const foot = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form={formId} disabled={isBusy}>
        Move
      </Button>
    </>
  );
  const lead = kind === "workflows" ? "Its versions, runs and shares go along. Its runs then use the credentials of its new team." : "Its documents and shares go along. They are then embedded with the new owner’s credentials.";
  return (
    <Dialog title={`Move “${thing.name}”`} lead={lead} onClose={onClose} foot={foot}>
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void move(event)}>
        <Field label="To">{(control) => <Select {...control} options={options} value={to} onChange={setChosen} />}</Field>
        {to === OTHER && (
          <Field label="Their e-mail address" required help="You keep what their shares and your teams give you.">
            {(control) => <TextInput {...control} type="email" value={email} onChange={(event) => setEmail(event.target.value)} />}
          </Field>
        )}
        <div role="alert">{error !== "" && <FieldNotes notes={[{ severity: "error", message: error }]} />}</div>
      </form>
    </Dialog>
  );
}
