import { useId, useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { credentialCreate, credentialUpdate } from "../api/models";
import type { CredentialOut, CredentialSettings, ProviderKinds } from "../contracts/api";
import { Button, Dialog, Field, FieldNotes, Select, TextInput } from "../ui";
import { freeName, settingsOf, wordOf } from "./kinds";
import styles from "./settings.module.css";

interface CredentialFormProps {
  kind: "model" | "http";
  kinds: ProviderKinds;
  taken: readonly string[];
  /** The one that is changed; else a new one is made. */
  credential?: CredentialOut;
  /** Whose a new one is to be; null for the reader's. */
  team?: string | null;
  onDone: () => void;
  onClose: () => void;
}

/** Asks for a key and what goes with it. What is there already stays as it is, but the key is never shown. */
export function CredentialForm({ kind, kinds, taken, credential, team = null, onDone, onClose }: CredentialFormProps) {
  const options = kind === "model" ? kinds.models.map(({ name, title }) => ({ value: name, label: title })) : Object.entries(kinds.http).map(([value, label]) => ({ value, label }));
  const [provider, setProvider] = useState(credential?.provider ?? options[0]?.value ?? "");
  const [name, setName] = useState(credential?.name ?? freeName(kind === "model" ? provider : "api", taken));
  const [secret, setSecret] = useState("");
  const [settings, setSettings] = useState<CredentialSettings>(credential?.settings ?? {});
  const [hosts, setHosts] = useState(credential?.hosts.join(", ") ?? "");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const formId = useId();
  const family = kinds.models.find((one) => one.name === provider);
  const fields = settingsOf(kind, provider, family);
  const choose = (next: string): void => {
    setProvider(next);
    if (kind === "model" && name === freeName(provider, taken)) setName(freeName(next, taken));
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const given = Object.fromEntries(fields.map(({ key }) => [key, settings[key] ?? ""]).filter(([, value]) => value !== ""));
    const about = { name, settings: given, ...(kind === "http" && { hosts: hosts.split(/[\s,]+/).filter(Boolean) }) };
    try {
      if (credential) await credentialUpdate(credential.id, { ...about, ...(secret !== "" && { secret }) });
      else await credentialCreate({ kind, provider, secret, ...(team !== null && { team }), ...about });
      onDone();
      onClose();
    } catch (thrown) {
      const error = asApiError(thrown);
      setErrors(Object.keys(error.fields).length > 0 ? error.fields : { form: error.message });
      setBusy(false);
    }
  };
  const notes = (field: string) => (errors[field] === undefined ? [] : [{ severity: "error" as const, message: errors[field] }]);
  const foot = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form={formId} disabled={isBusy}>
        Save
      </Button>
    </>
  );
  const title = credential ? `Change “${credential.name}”` : kind === "model" ? "Add a model provider" : "Add a credential for HTTP requests";
  return (
    <Dialog title={title} onClose={onClose} foot={foot}>
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void save(event)}>
        <Field label={kind === "model" ? "Provider" : "How it is sent"} notes={notes("provider")}>
          {(control) => <Select {...control} options={options} value={provider} disabled={credential !== undefined} onChange={choose} />}
        </Field>
        <Field label="Name" help={kind === "model" ? `Models are named ${name || "name"}/model in workflows.` : "Workflows name it and never hold it."} notes={notes("name")}>
          {(control) => <TextInput {...control} maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        {fields.map(({ key, isRequired }) => {
          const { label, help, placeholder } = wordOf(key, provider);
          return (
            <Field key={key} label={label} required={isRequired} help={help} notes={notes(key)}>
              {(control) => <TextInput {...control} value={settings[key] ?? ""} placeholder={placeholder} onChange={(event) => setSettings({ ...settings, [key]: event.target.value })} />}
            </Field>
          );
        })}
        {kind === "http" && (
          <Field label="Hosts" required help="Where it may be sent and nowhere else: api.example.com for https, host:port for anything else. Several with commas." notes={notes("hosts")}>
            {(control) => <TextInput {...control} value={hosts} placeholder="api.example.com" onChange={(event) => setHosts(event.target.value)} />}
          </Field>
        )}
        <Field
          label={provider === "basic" ? "Password" : "Key"}
          required={!credential && (kind === "http" || family?.needs_key !== false)}
          help={credential?.has_secret ? "Empty: the stored one stays." : family?.needs_key === false ? "Only if the server asks for one." : (family?.key_hint ?? "")}
          notes={notes("secret")}
        >
          {(control) => <TextInput {...control} type="password" autoComplete="new-password" value={secret} onChange={(event) => setSecret(event.target.value)} />}
        </Field>
        <div role="alert">
          <FieldNotes notes={notes("form")} />
        </div>
      </form>
    </Dialog>
  );
}
