import { useId, type ComponentProps } from "react";
import { modelList } from "../../api/models";
import { teamOfPage } from "../../api/teamOfPage";
import { useResource } from "../../api/useResource";
import type { ModelOut } from "../../contracts/api";
import { TextInput } from "../../ui";
import { factsOf, ROLES } from "../models";
import styles from "./Rows.module.css";

interface ModelInputProps extends Omit<ComponentProps<"input">, "onChange" | "value"> {
  value: string;
  suggestions: readonly string[];
  onChange: (value: string) => void;
}

const fetchModels = async (_: null, signal: AbortSignal): Promise<ModelOut[]> => (await modelList({ signal, team: await teamOfPage() })).items.filter(({ mode }) => mode === "chat");

/** A model as `provider/name`: free text, with what this person may call, what it costs and what it can do. */
export function ModelInput({ value, suggestions, onChange, ...rest }: ModelInputProps) {
  const listId = useId();
  const { state } = useResource(fetchModels, null);
  const models = state.kind === "ready" ? state.value : [];
  const known = models.find(({ name }) => name === value);
  const others = suggestions.filter((name) => !models.some((one) => one.name === name));
  return (
    <>
      <TextInput list={listId} value={value} placeholder="provider/model" onChange={(event) => onChange(event.target.value)} {...rest} />
      <datalist id={listId}>
        {ROLES.map((role) => (
          <option key={role.name} value={role.name} label={role.help} />
        ))}
        {others.map((name) => (
          <option key={name} value={name} />
        ))}
        {models.map((one) => (
          <option key={one.name} value={one.name} label={factsOf(one)} />
        ))}
      </datalist>
      {known && factsOf(known) !== "" && <p className={styles.note}>{factsOf(known)}</p>}
    </>
  );
}
