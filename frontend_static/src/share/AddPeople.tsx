import { useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { grantAdd } from "../api/grants";
import { teamList } from "../api/teams";
import { useResource } from "../api/useResource";
import type { GrantRole } from "../contracts/api";
import { Button, Field, Select, TextInput, toast } from "../ui";
import { GRANT_ROLES } from "./rights";
import styles from "./share.module.css";

const fetchTeams = (_all: string, signal: AbortSignal) => teamList({ signal });
const BY_ADDRESS = "";

/** Shares with a person by their address, or with a team. */
export function AddPeople({ workflowId, onAdded }: { workflowId: string; onAdded: () => void }) {
  const { state } = useResource(fetchTeams, "");
  const teams = state.kind === "ready" ? state.value : [];
  const [team, setTeam] = useState(BY_ADDRESS);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<GrantRole>("editor");
  const [problem, setProblem] = useState<string | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (team === BY_ADDRESS && email.trim() === "") return setProblem("Enter an e-mail address.");
    setBusy(true);
    setProblem(null);
    try {
      const made = await grantAdd(workflowId, team === BY_ADDRESS ? { email: email.trim(), role } : { team, role });
      setEmail("");
      setTeam(BY_ADDRESS);
      setLink(made.link || null);
      toast({ tone: "ok", text: `Shared with ${made.name}.` });
      onAdded();
    } catch (thrown) {
      const error = asApiError(thrown);
      setProblem(Object.values(error.fields)[0] ?? error.message);
    }
    setBusy(false);
  };
  return (
    <form noValidate onSubmit={(event) => void add(event)}>
      {teams.length > 0 && (
        <Field label="With">
          {(control) => <Select {...control} options={[{ value: BY_ADDRESS, label: "A person, by their address" }, ...teams.map(({ id, name }) => ({ value: id, label: `The team ${name}` }))]} value={team} onChange={setTeam} />}
        </Field>
      )}
      <div className={styles.add}>
        {team === BY_ADDRESS ? (
          <Field label="E-mail address" notes={problem === null ? [] : [{ severity: "error", message: problem }]}>
            {(control) => <TextInput {...control} type="email" autoComplete="off" value={email} onChange={(event) => setEmail(event.target.value)} />}
          </Field>
        ) : (
          <p className={styles.quiet}>Everybody in the team gets this role, and nobody more than they have there.</p>
        )}
        <Field label="As">{(control) => <Select {...control} options={GRANT_ROLES} value={role} onChange={(value) => setRole(value as GrantRole)} />}</Field>
        <Button type="submit" kind="primary" disabled={isBusy}>
          {isBusy ? "Sharing…" : "Share"}
        </Button>
      </div>
      {team !== BY_ADDRESS && problem !== null && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {link !== null && (
        <Field label="They were told by mail. This address leads there as well; it is shown this once.">
          {(control) => <TextInput {...control} mono readOnly value={link} onFocus={(event) => event.currentTarget.select()} />}
        </Field>
      )}
    </form>
  );
}
