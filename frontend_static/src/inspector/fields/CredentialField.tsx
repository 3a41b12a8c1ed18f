import { credentialList } from "../../api/models";
import { teamOfPage } from "../../api/teamOfPage";
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

const fetchHttp = async (_: null, signal: AbortSignal): Promise<CredentialOut[]> => {
  const team = await teamOfPage();
  // Who may only run or look is not told of a team's.
  const teams = team === null ? [] : await credentialList({ signal, team }).catch(() => []);
  const names = new Set(teams.map(({ name }) => name));
  return [...teams, ...(await credentialList({ signal })).filter(({ name }) => !names.has(name))].filter(({ kind }) => kind === "http");
};

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
