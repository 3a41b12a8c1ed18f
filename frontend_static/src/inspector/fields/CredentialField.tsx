import { credentialList } from "../../api/models";
import { useResource } from "../../api/useResource";
import type { CredentialOut } from "../../contracts/api";
import { Select, type FieldControl } from "../../ui";
import styles from "./Rows.module.css";

interface CredentialFieldProps {
  control: FieldControl;
  value: string;
  disabled: boolean;
  onChange: (value: string) => void;
}

const fetchHttp = (_: null, signal: AbortSignal): Promise<CredentialOut[]> => credentialList({ signal }).then((all) => all.filter(({ kind }) => kind === "http"));

/** Which credential a request sends along, by name. */
export function CredentialField({ control, value, disabled, onChange }: CredentialFieldProps) {
  const { state } = useResource(fetchHttp, null);
  const known = state.kind === "ready" ? state.value : [];
  const chosen = known.find(({ id, name }) => name === value || id === value);
  const options = [
    { value: "", label: "None" },
    ...(value !== "" && chosen === undefined ? [{ value, label: state.kind === "ready" ? `${value} (you have none of this name)` : value }] : []),
    ...known.map(({ name, hosts }) => ({ value: name, label: `${name} – ${hosts.join(", ")}` })),
  ];
  return (
    <>
      <Select {...control} options={options} value={chosen?.name ?? value} disabled={disabled} onChange={onChange} />
      <p className={styles.note}>
        <a href="/settings/models" target="_blank" rel="noreferrer">
          Manage credentials
        </a>
      </p>
    </>
  );
}
