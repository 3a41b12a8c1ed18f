import { useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { memberRemove, teamDelete, teamRename } from "../api/teams";
import { navigate } from "../app/router";
import type { TeamDetail } from "../contracts/api";
import { Button, Dialog, Field, FieldNotes, TextInput } from "../ui";
import styles from "./teams.module.css";

export type TeamDialog = "rename" | "leave" | "delete";

interface TeamDialogsProps {
  dialog: TeamDialog;
  team: TeamDetail;
  onDone: () => void;
  onClose: () => void;
}

const KINDS: Record<string, string> = { workflows: "Workflows", knowledge_bases: "Knowledge bases", credentials: "Credentials" };

/** Renaming, leaving and deleting a team. */
export function TeamDialogs({ dialog, team, onDone, onClose }: TeamDialogsProps) {
  const [name, setName] = useState(team.name);
  const [error, setError] = useState("");
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      setError(asApiError(thrown).message);
      return;
    }
    if (dialog === "rename") onDone();
    else navigate("/teams");
    onClose();
  };
  const perform = (event?: FormEvent): void => {
    event?.preventDefault();
    const me = team.people.find(({ is_you }) => is_you)?.id ?? 0;
    if (dialog === "rename") void act(() => teamRename(team.id, name.trim()));
    else void act(() => (dialog === "leave" ? memberRemove(team.id, me) : teamDelete(team.id)));
  };
  const owns = Object.entries(team.owns);
  const isHeld = dialog === "delete" && owns.length > 0;
  const words = {
    rename: { title: "Rename the team", lead: "", verb: "Save" },
    leave: { title: `Leave ${team.name}?`, lead: "What you made in the team stays there. You lose what you see through it.", verb: "Leave" },
    delete: {
      title: `Delete ${team.name}?`,
      lead: isHeld ? "It still owns these. Move or delete them first, so that nothing is lost." : "Its members lose the team. Runs of its deleted workflows stay readable to you.",
      verb: "Delete",
    },
  }[dialog];
  const foot = (
    <>
      <Button onClick={onClose}>{isHeld ? "Close" : "Cancel"}</Button>
      {!isHeld && (
        <Button kind={dialog === "rename" ? "primary" : "danger"} onClick={() => perform()}>
          {words.verb}
        </Button>
      )}
    </>
  );
  return (
    <Dialog title={words.title} lead={words.lead} onClose={onClose} foot={foot}>
      {dialog === "rename" && (
        <form className={styles.form} noValidate onSubmit={perform}>
          <Field label="Name" required>{(control) => <TextInput {...control} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        </form>
      )}
      {isHeld && (
        <ul className={styles.owns}>
          {owns.map(([kind, names]) => (
            <li key={kind}>
              <b>{KINDS[kind] ?? kind}:</b> {names.join(", ")}
            </li>
          ))}
        </ul>
      )}
      <div role="alert">{error !== "" && <FieldNotes notes={[{ severity: "error", message: error }]} />}</div>
    </Dialog>
  );
}
