import { useState } from "react";
import { credentialGet, credentialTest } from "../api/models";
import { asApiError } from "../api/client";
import type { CredentialOut, CredentialTest, ProviderKind, ProviderKinds } from "../contracts/api";
import { Button, FieldNotes, formatAgo, formatDuration, Icon, IconButton, TextInput } from "../ui";
import { CredentialForm } from "./CredentialForm";
import { ForgetDialog } from "./ForgetDialog";
import styles from "./settings.module.css";

const LOOK_MS = 700;
const PATIENCE_MS = 70_000;

interface CredentialRowProps {
  credential: CredentialOut;
  kinds: ProviderKinds;
  /** It may be changed: an editor of a team only uses its credentials. */
  isOpen: boolean;
  onChanged: () => void;
}

/** One credential: what is known of it, and what can be done with it. */
export function CredentialRow({ credential, kinds, isOpen, onChanged }: CredentialRowProps) {
  const [open, setOpen] = useState<"change" | "forget" | null>(null);
  const family = kinds.models.find(({ name }) => name === credential.provider);
  const title = family?.title ?? kinds.http[credential.provider] ?? credential.provider;
  const facts = [title, credential.ends && `ends in ${credential.ends}`, `goes to ${credential.hosts.join(", ")}`].filter(Boolean);
  return (
    <li className={styles.row}>
      <div className={styles.about}>
        <b>{credential.name}</b>
        <span className={styles.fact}>{facts.join(" · ")}</span>
      </div>
      {isOpen && (
        <div className={styles.buttons}>
          <IconButton icon="pencil" label={`Change ${credential.name}`} onClick={() => setOpen("change")} />
          <IconButton icon="trash-2" label={`Delete ${credential.name}`} onClick={() => setOpen("forget")} />
        </div>
      )}
      {credential.kind === "model" && <Test key={credential.updated_at} credential={credential} usual={usualModel(credential, family)} />}
      {open === "change" && <CredentialForm kind={credential.kind} kinds={kinds} taken={[]} credential={credential} onDone={onChanged} onClose={() => setOpen(null)} />}
      {open === "forget" && <ForgetDialog credential={credential} onDone={onChanged} onClose={() => setOpen(null)} />}
    </li>
  );
}

/** What a test asks unless a model is named. */
function usualModel({ settings, provider }: CredentialOut, family: ProviderKind | undefined): string {
  return settings.deployment || family?.test_model || (provider === "azure" ? "A deployment" : "The first that is offered");
}

/** Tries a provider out with a real call, made by a worker. */
function Test({ credential, usual }: { credential: CredentialOut; usual: string }) {
  const [test, setTest] = useState<CredentialTest | null>(credential.test?.status === "running" ? null : credential.test);
  const [model, setModel] = useState("");
  const [error, setError] = useState("");
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setError("");
    try {
      setTest(await tried(credential.id, model.trim()));
    } catch (thrown) {
      setError(asApiError(thrown).message);
    }
    setBusy(false);
  };
  const listId = `models-of-${credential.id}`;
  return (
    <div className={styles.test}>
      <div className={styles.testLine}>
        <TextInput aria-label={`Model to test ${credential.name} with`} placeholder={usual} list={listId} value={model} onChange={(event) => setModel(event.target.value)} />
        <datalist id={listId}>{test?.models.map((name) => <option key={name} value={name} />)}</datalist>
        <Button icon={isBusy ? "loader-circle" : "play"} disabled={isBusy} onClick={() => void run()}>
          {isBusy ? "Testing…" : "Test"}
        </Button>
      </div>
      <div aria-live="polite">
        {error !== "" && <FieldNotes notes={[{ severity: "error", message: error }]} />}
        {test && !isBusy && error === "" && <Result test={test} />}
      </div>
    </div>
  );
}

async function tried(id: string, model: string): Promise<CredentialTest> {
  let { test } = await credentialTest(id, model);
  for (const until = Date.now() + PATIENCE_MS; test?.status === "running" && Date.now() < until; ) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    ({ test } = await credentialGet(id));
  }
  if (test === null || test.status === "running") throw new Error("No worker has answered yet. Check that one is running, then test again.");
  return test;
}

function Result({ test }: { test: CredentialTest }) {
  if (test.status === "failed") {
    return (
      <div className={styles.result}>
        <FieldNotes notes={[{ severity: "error", message: test.error?.message ?? "The test failed." }]} />
        {test.error?.hint && (
          <p className={styles.next}>
            <Icon name="lightbulb" size={14} />
            <span>{test.error.hint}</span>
          </p>
        )}
      </div>
    );
  }
  return (
    <p className={`${styles.result} ${styles.ok}`}>
      <Icon name="circle-check" size={14} />
      <span>
        {test.model} answered in {formatDuration(test.seconds ?? 0)}
        {test.models.length > 0 && `, ${test.models.length} models are offered`} · {formatAgo(test.at)}
      </span>
    </p>
  );
}
