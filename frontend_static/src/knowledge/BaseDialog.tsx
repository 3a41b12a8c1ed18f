import { useId, useState, type FormEvent } from "react";
import { asApiError } from "../api/client";
import { baseCreate, baseUpdate } from "../api/knowledge";
import type { KnowledgeBase, TeamOut } from "../contracts/api";
import { mayAs } from "../teams/roles";
import { TeamField } from "../teams/TeamField";
import { Button, Dialog, Field, FieldNotes, TextArea, TextInput } from "../ui";
import styles from "./knowledge.module.css";

const LOCAL = "local/minilm";
const MODELS = [LOCAL, "openai/text-embedding-3-small", "openai/text-embedding-3-large", "mistral/mistral-embed", "cohere/embed-multilingual-v3.0"];

interface BaseDialogProps {
  /** The one that is changed; null to make one. */
  base: KnowledgeBase | null;
  /** To which a new one may belong, and which of them is shown. */
  teams?: readonly TeamOut[];
  space?: string;
  onDone: (base: KnowledgeBase) => void;
  onClose: () => void;
}

/** Name, description and embedding model of a knowledge base. */
export function BaseDialog({ base, teams = [], space = "", onDone, onClose }: BaseDialogProps) {
  const [name, setName] = useState(base?.name ?? "");
  const [description, setDescription] = useState(base?.description ?? "");
  const [model, setModel] = useState(base?.embedding_model ?? "");
  const [team, setTeam] = useState(() => (teams.some(({ id, role }) => id === space && mayAs(role, "editor")) ? space : ""));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isBusy, setBusy] = useState(false);
  const [formId, listId] = [useId(), useId()];
  const isOther = base !== null && model.trim() !== base.embedding_model && base.documents > 0;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === "") return setErrors({ name: "Give it a name. It can be changed later." });
    setBusy(true);
    try {
      const values = { name: name.trim(), description: description.trim(), embedding_model: model.trim() };
      onDone(await (base ? baseUpdate(base.id, values) : baseCreate(team === "" ? values : { ...values, team })));
      onClose();
    } catch (thrown) {
      const error = asApiError(thrown);
      setErrors(Object.keys(error.fields).length > 0 ? error.fields : { form: error.message });
      setBusy(false);
    }
  };
  const notes = (field: string) => (errors[field] === undefined ? [] : [{ severity: "error" as const, message: errors[field] }]);
  const changed = isOther ? [{ severity: "warning" as const, message: "All documents will be indexed anew. Until each is, it is found by words alone." }] : [];
  const foot = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button kind="primary" type="submit" form={formId} disabled={isBusy}>
        {base ? "Save" : "Create"}
      </Button>
    </>
  );
  return (
    <Dialog title={base ? "Settings of the knowledge base" : "New knowledge base"} onClose={onClose} foot={foot}>
      <form id={formId} className={styles.form} noValidate onSubmit={(event) => void save(event)}>
        <Field label="Name" required notes={notes("name")}>
          {(control) => <TextInput {...control} maxLength={200} placeholder="Handbook" value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="Description" notes={notes("description")}>
          {(control) => <TextArea {...control} rows={2} value={description} onChange={(event) => setDescription(event.target.value)} />}
        </Field>
        <Field label="Embedding model" help={`${LOCAL} runs here without a key. Others are written as provider/name.${base ? "" : " Empty: your default model for embedding."}`} notes={[...notes("embedding_model"), ...changed]}>
          {(control) => <TextInput {...control} list={listId} placeholder={LOCAL} value={model} onChange={(event) => setModel(event.target.value)} />}
        </Field>
        <datalist id={listId}>
          {MODELS.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        {base === null && <TeamField teams={teams} value={team} onChange={setTeam} />}
        <div role="alert">
          <FieldNotes notes={notes("form")} />
        </div>
      </form>
    </Dialog>
  );
}
