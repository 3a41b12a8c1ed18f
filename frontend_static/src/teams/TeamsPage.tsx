import { useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { teamCreate, teamList } from "../api/teams";
import { useResource } from "../api/useResource";
import { Link, navigate } from "../app/router";
import type { TeamOut } from "../contracts/api";
import { Badge, Button, Dialog, EmptyState, Field, Icon, Skeleton, TextInput } from "../ui";
import { roleLabel } from "./roles";
import styles from "./teams.module.css";

const fetchTeams = (_: null, signal: AbortSignal): Promise<TeamOut[]> => teamList({ signal });

/** The teams that the reader is in. */
export default function TeamsPage() {
  const { state, reload } = useResource(fetchTeams, null);
  const [isMaking, setMaking] = useState(false);
  const make = (
    <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      New team
    </Button>
  );
  return (
    <main className={styles.page}>
      <div className={styles.top}>
        <h1 className={styles.title}>Teams</h1>
        {state.kind === "ready" && state.value.length > 0 && make}
      </div>
      {state.kind === "loading" && (
        <section className={styles.box} aria-busy="true" aria-label="Teams">
          <div className={styles.loading}>
            <Skeleton width="30%" />
            <Skeleton width="44%" />
          </div>
        </section>
      )}
      {state.kind === "failed" && (
        <section className={styles.box}>
          <EmptyState icon="cloud-off" title="The teams could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
            {state.error.message}
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.value.length === 0 && (
        <section className={styles.box}>
          <EmptyState icon="users" title="Work on the same workflows" actions={make}>
            A team owns workflows, knowledge bases and credentials together. You say what each member may do: look, run, edit or administer.
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && state.value.length > 0 && (
        <ul className={styles.box} aria-label="Teams">
          {state.value.map((team) => (
            <Row key={team.id} team={team} />
          ))}
        </ul>
      )}
      {isMaking && <MakeDialog onClose={() => setMaking(false)} />}
    </main>
  );
}

function Row({ team }: { team: TeamOut }) {
  return (
    <li className={styles.row}>
      <span className={styles.mark}>
        <Icon name="users" />
      </span>
      <span className={styles.words}>
        <Link href={`/teams/${team.id}`} className={styles.name}>
          {team.name}
        </Link>
        <span className={styles.fact}>{team.members === 1 ? "1 member" : `${team.members} members`}</span>
      </span>
      <Badge>{roleLabel(team.role)}</Badge>
    </li>
  );
}

function MakeDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [error, setError] = useState("");
  const make = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === "") return setError("Give it a name. It can be changed later.");
    try {
      navigate(`/teams/${(await teamCreate(name.trim())).id}`);
    } catch (thrown) {
      setError(asApiError(thrown).message);
    }
  };
  const foot = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form="new-team">
        Create
      </Button>
    </>
  );
  return (
    <Dialog title="New team" onClose={onClose} foot={foot}>
      <form id="new-team" className={styles.form} noValidate onSubmit={(event) => void make(event)}>
        <Field label="Name" required notes={error === "" ? [] : [{ severity: "error", message: error }]}>
          {(control) => <TextInput {...control} maxLength={100} placeholder="Support" value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  );
}
