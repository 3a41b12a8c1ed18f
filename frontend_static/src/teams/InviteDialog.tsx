import { useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { memberInvite } from "../api/teams";
import type { InvitationMade, RoleName, TeamDetail } from "../contracts/api";
import { Button, Dialog, Field, FieldNotes, Select, TextInput, toast } from "../ui";
import { mayAs, ROLES } from "./roles";
import styles from "./teams.module.css";

interface InviteDialogProps {
  team: TeamDetail;
  onDone: () => void;
  onClose: () => void;
}

/** Invites somebody by mail, and shows the link once. */
export function InviteDialog({ team, onDone, onClose }: InviteDialogProps) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<RoleName>("editor");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [made, setMade] = useState<InvitationMade | null>(null);
  const [isBusy, setBusy] = useState(false);
  const invite = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      setMade(await memberInvite(team.id, email.trim(), role));
      onDone();
    } catch (thrown) {
      const error = asApiError(thrown);
      setErrors(Object.keys(error.fields).length > 0 ? error.fields : { form: error.message });
      setBusy(false);
    }
  };
  if (made) return <Invited made={made} onClose={onClose} />;
  const notes = (field: string) => (errors[field] === undefined ? [] : [{ severity: "error" as const, message: errors[field] }]);
  const foot = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form="invite" disabled={isBusy}>
        Invite
      </Button>
    </>
  );
  return (
    <Dialog title={`Invite to ${team.name}`} onClose={onClose} foot={foot}>
      <form id="invite" className={styles.form} noValidate onSubmit={(event) => void invite(event)}>
        <Field label="E-mail address" required notes={notes("email")} help="Whoever has no account yet makes one with the link.">
          {(control) => <TextInput {...control} type="email" placeholder="ada@example.org" value={email} onChange={(event) => setEmail(event.target.value)} />}
        </Field>
        <Field label="Role" help={ROLES.find(({ value }) => value === role)?.help ?? ""}>
          {(control) => <Select {...control} options={ROLES.filter(({ value }) => mayAs(team.role, value))} value={role} onChange={(next) => setRole(next as RoleName)} />}
        </Field>
        <div role="alert">
          <FieldNotes notes={notes("form")} />
        </div>
      </form>
    </Dialog>
  );
}

function Invited({ made, onClose }: { made: InvitationMade; onClose: () => void }) {
  const copy = (): void => {
    void navigator.clipboard.writeText(made.link).then(
      () => toast({ tone: "ok", text: "The link is copied." }),
      () => toast({ tone: "fail", text: "The browser does not let this page copy. Select the link instead." }),
    );
  };
  const foot = (
    <>
      <Button onClick={onClose}>Close</Button>
      <Button kind="primary" icon="copy" onClick={copy}>
        Copy the link
      </Button>
    </>
  );
  return (
    <Dialog title="Invited" lead={`A mail with this link is on its way to ${made.email}. It serves once, for a week, and is shown here only now.`} onClose={onClose} foot={foot}>
      <TextInput mono readOnly aria-label="Invitation link" value={made.link} onFocus={(event) => event.target.select()} />
    </Dialog>
  );
}
