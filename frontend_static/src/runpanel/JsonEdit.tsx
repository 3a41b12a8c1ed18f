import { useState } from "react";
import { asApiError } from "../api/client";
import type { JsonObject } from "../contracts/api";
import { Button, Field, FieldNotes, TextArea } from "../ui";
import styles from "./ResumeDialog.module.css";
import { parseEdits } from "./wish";

/** An object that somebody edits as JSON: what it was, and what stands in the field. */
export interface Draft {
  before: JsonObject;
  text: string;
}

interface JsonEditProps {
  button: string;
  label: string;
  help: string;
  draft: Draft | null;
  load: () => Promise<JsonObject>;
  onChange: (draft: Draft) => void;
}

/** A button that becomes a field for JSON once somebody wants to edit it. */
export function JsonEdit({ button, label, help, draft, load, onChange }: JsonEditProps) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const open = async (): Promise<void> => {
    try {
      const before = await load();
      setRefusal(null);
      onChange({ before, text: JSON.stringify(before, null, 2) });
    } catch (thrown) {
      setRefusal(asApiError(thrown).message);
    }
  };
  if (draft === null) {
    return (
      <div className={styles.edit}>
        <Button small icon="pencil" onClick={() => void open()}>
          {button}
        </Button>
        {refusal !== null && <FieldNotes notes={[{ severity: "error", message: refusal }]} />}
      </div>
    );
  }
  const read = parseEdits(draft.text);
  return (
    <Field label={label} help={help} notes={read.kind === "invalid" ? [{ severity: "error", message: read.message }] : []}>
      {(control) => <TextArea {...control} mono rows={6} value={draft.text} onChange={(event) => onChange({ ...draft, text: event.target.value })} />}
    </Field>
  );
}
