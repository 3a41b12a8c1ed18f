import { useState } from "react";
import { credentialList, defaultModelsGet, modelList, providerKinds } from "../api/models";
import { teamGet } from "../api/teams";
import { useResource } from "../api/useResource";
import type { CredentialOut, ProviderKinds, TeamOut } from "../contracts/api";
import { mayAs } from "../teams/roles";
import { Button, EmptyState, Skeleton } from "../ui";
import { CredentialForm } from "./CredentialForm";
import { CredentialRow } from "./CredentialRow";
import { RolesForm } from "./RolesForm";
import styles from "./settings.module.css";

interface Everything {
  team: TeamOut | null;
  kinds: ProviderKinds;
  credentials: CredentialOut[];
  operators: string[];
}

const fetchAll = async (team: string | null, signal: AbortSignal): Promise<Everything> => {
  const asked = [providerKinds({ signal }), credentialList({ signal, team }), modelList({ signal, team }), team === null ? null : teamGet(team, { signal })] as const;
  const [kinds, credentials, { operators }, found] = await Promise.all(asked);
  return { kinds, credentials, operators, team: found };
};
const fetchRoles = (team: string | null, signal: AbortSignal) => defaultModelsGet({ signal, team });

/** Where a person, or a team, keeps keys: of model providers, for HTTP requests, and which models the roles mean. */
export default function ModelsPage({ teamId }: { teamId: string | null }) {
  const { state, reload } = useResource(fetchAll, teamId);
  const roles = useResource(fetchRoles, teamId);
  const team = state.kind === "ready" ? state.value.team : null;
  return (
    <main className={styles.page}>
      <h1 className={styles.title}>{team ? `Models and credentials of ${team.name}` : "Models and credentials"}</h1>
      <p className={styles.lead}>
        Keys are sealed when they are saved and never shown again.{" "}
        {teamId === null ? "They are used for the runs that you start, and sent to their own hosts only." : "They serve the runs that members start of the team’s workflows, before their own, and are sent to their own hosts only."}
      </p>
      {state.kind === "loading" && (
        <section className={styles.box} aria-busy="true" aria-label="Credentials">
          <div className={styles.loading}>
            <Skeleton width="40%" />
            <Skeleton height={64} />
          </div>
        </section>
      )}
      {state.kind === "failed" && (
        <section className={styles.box}>
          <EmptyState icon="cloud-off" title="The credentials could not be loaded" actions={<Button icon="refresh-cw" onClick={() => void reload()}>Try again</Button>}>
            {state.error.message}
          </EmptyState>
        </section>
      )}
      {state.kind === "ready" && <Sections {...state.value} onChanged={() => void reload()} />}
      {roles.state.kind === "ready" && (teamId === null || (team && mayAs(team.role, "admin"))) && <RolesForm roles={roles.state.value} teamId={teamId} />}
    </main>
  );
}

function Sections({ kinds, credentials, operators, team, onChanged }: Everything & { onChanged: () => void }) {
  const [adding, setAdding] = useState<"model" | "http" | null>(null);
  const isOpen = team === null || mayAs(team.role, "admin");
  const of = (kind: string): CredentialOut[] => credentials.filter((one) => one.kind === kind);
  const rows = (kind: string) => of(kind).map((one) => <CredentialRow key={one.id} credential={one} kinds={kinds} isOpen={isOpen} onChanged={onChanged} />);
  return (
    <>
      <section className={styles.box} aria-labelledby="providers">
        <header className={styles.head}>
          <h2 id="providers">Model providers</h2>
          {isOpen && (
            <Button icon="plus" kind="primary" onClick={() => setAdding("model")}>
              Add provider
            </Button>
          )}
        </header>
        <ul className={styles.list}>
          <li className={styles.row}>
            <div className={styles.about}>
              <b>local</b>
              <span className={styles.fact}>A small model inside this installation. No key is needed.</span>
            </div>
          </li>
          {operators.map((name) => (
            <li key={name} className={styles.row}>
              <div className={styles.about}>
                <b>{name}</b>
                <span className={styles.fact}>Set up for everybody by whoever runs this installation.</span>
              </div>
            </li>
          ))}
          {rows("model")}
        </ul>
      </section>
      <section className={styles.box} aria-labelledby="http">
        <header className={styles.head}>
          <h2 id="http">Credentials for HTTP requests</h2>
          {isOpen && (
            <Button icon="plus" onClick={() => setAdding("http")}>
              Add credential
            </Button>
          )}
        </header>
        {of("http").length === 0 ? <p className={styles.none}>A token, a password or a key that HTTP request nodes send along. A workflow names it and never holds it.</p> : <ul className={styles.list}>{rows("http")}</ul>}
      </section>
      {adding && <CredentialForm kind={adding} kinds={kinds} taken={credentials.map((one) => one.name)} team={team?.id ?? null} onDone={onChanged} onClose={() => setAdding(null)} />}
    </>
  );
}
