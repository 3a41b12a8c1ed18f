import { useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { defaultModelsSet, modelList } from "../api/models";
import { useResource } from "../api/useResource";
import type { DefaultModelsOut, ModelOut } from "../contracts/api";
import { Button, Field, TextInput, toast } from "../ui";
import styles from "./settings.module.css";

const ROLES = [
  { role: "cheap", label: "Cheap", help: "For easy work in bulk." },
  { role: "good", label: "Good", help: "For work that matters." },
  { role: "judge", label: "Judge", help: "For scoring and choosing." },
  { role: "embedding", label: "Embedding", help: "For searching in knowledge." },
];

const fetchModels = (team: string | null, signal: AbortSignal): Promise<ModelOut[]> => modelList({ signal, team }).then(({ items }) => items);

/** Which models `default/cheap` and the others mean to the reader, or in a team's workflows. */
export function RolesForm({ roles, teamId }: { roles: DefaultModelsOut; teamId: string | null }) {
  const [chosen, setChosen] = useState<Record<string, string>>(roles.chosen);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const { state } = useResource(fetchModels, teamId);
  const models = state.kind === "ready" ? state.value : [];
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      setChosen((await defaultModelsSet(chosen, teamId)).chosen);
      setErrors({});
      toast({ tone: "ok", text: teamId === null ? "Your default models are saved." : "The team’s default models are saved." });
    } catch (thrown) {
      const error = asApiError(thrown);
      setErrors(Object.keys(error.fields).length > 0 ? error.fields : { cheap: error.message });
    }
  };
  return (
    <section className={styles.box} aria-labelledby="roles">
      <header className={styles.head}>
        <h2 id="roles">Default models</h2>
      </header>
      <form className={styles.roles} noValidate onSubmit={(event) => void save(event)}>
        {ROLES.map(({ role, label, help }) => (
          <Field key={role} label={label} help={`${help} Named default/${role}.`} notes={errors[role] === undefined ? [] : [{ severity: "error", message: errors[role] }]}>
            {(control) => (
              <>
                <TextInput {...control} list={`of-${role}`} value={chosen[role] ?? ""} placeholder={roles.fallbacks[role]} onChange={(event) => setChosen({ ...chosen, [role]: event.target.value })} />
                <datalist id={`of-${role}`}>
                  {models.filter(({ mode }) => (mode === "embedding") === (role === "embedding")).map(({ name }) => <option key={name} value={name} />)}
                </datalist>
              </>
            )}
          </Field>
        ))}
        <Button type="submit" kind="primary" className={styles.save}>
          Save defaults
        </Button>
      </form>
    </section>
  );
}
