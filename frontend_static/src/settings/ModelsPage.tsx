import { useState } from "react";
import { credentialList, defaultModelsGet, modelList, providerKinds } from "../api/models";
import { useResource } from "../api/useResource";
import type { CredentialOut, ProviderKinds } from "../contracts/api";
import { Button, EmptyState, Skeleton } from "../ui";
import { CredentialForm } from "./CredentialForm";
import { CredentialRow } from "./CredentialRow";
import { RolesForm } from "./RolesForm";
import styles from "./settings.module.css";

interface Everything {
  kinds: ProviderKinds;
  credentials: CredentialOut[];
  operators: string[];
}

const fetchAll = async (_: null, signal: AbortSignal): Promise<Everything> => {
  const [kinds, credentials, { operators }] = await Promise.all([providerKinds({ signal }), credentialList({ signal }), modelList({ signal })]);
  return { kinds, credentials, operators };
};
const fetchRoles = (_: null, signal: AbortSignal) => defaultModelsGet({ signal });

/** Where a person keeps their keys: of model providers, for HTTP requests, and which models their roles mean. */
export default function ModelsPage() {
  const { state, reload } = useResource(fetchAll, null);
  const roles = useResource(fetchRoles, null);
  return (
    <main className={styles.page}>
      <h1 className={styles.title}>Models and credentials</h1>
      <p className={styles.lead}>Keys are sealed when you save them and never shown again. They are used for the runs that you start, and sent to their own hosts only.</p>
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
      {roles.state.kind === "ready" && <RolesForm roles={roles.state.value} />}
    </main>
  );
}

function Sections({ kinds, credentials, operators, onChanged }: Everything & { onChanged: () => void }) {
  const [adding, setAdding] = useState<"model" | "http" | null>(null);
  const of = (kind: string): CredentialOut[] => credentials.filter((one) => one.kind === kind);
  const rows = (kind: string) => of(kind).map((one) => <CredentialRow key={one.id} credential={one} kinds={kinds} onChanged={onChanged} />);
  return (
    <>
      <section className={styles.box} aria-labelledby="providers">
        <header className={styles.head}>
          <h2 id="providers">Model providers</h2>
          <Button icon="plus" kind="primary" onClick={() => setAdding("model")}>
            Add provider
          </Button>
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
          <Button icon="plus" onClick={() => setAdding("http")}>
            Add credential
          </Button>
        </header>
        {of("http").length === 0 ? <p className={styles.none}>A token, a password or a key that HTTP request nodes send along. A workflow names it and never holds it.</p> : <ul className={styles.list}>{rows("http")}</ul>}
      </section>
      {adding && <CredentialForm kind={adding} kinds={kinds} taken={credentials.map((one) => one.name)} onDone={onChanged} onClose={() => setAdding(null)} />}
    </>
  );
}
