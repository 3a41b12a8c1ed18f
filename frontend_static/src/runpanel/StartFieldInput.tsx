import type { StartField } from "../contracts/api";
import { Field, FieldNotes, Select, Switch, TextArea, TextInput, type FieldControl } from "../ui";

interface StartFieldInputProps {
  field: StartField;
  value: string | boolean;
  error: string | undefined;
  onChange: (value: string | boolean) => void;
}

/** One field of the start form, by its type. */
export function StartFieldInput({ field, value, error, onChange }: StartFieldInputProps) {
  const label = field.label || field.name;
  const notes = error === undefined ? [] : [{ severity: "error" as const, message: error }];
  if (field.type === "boolean") {
    return (
      <div data-field={field.name}>
        <Switch label={label} help={field.help} checked={value === true} onChange={onChange} />
        <FieldNotes notes={notes} />
      </div>
    );
  }
  return (
    <div data-field={field.name}>
      <Field label={label} help={field.help ?? HELP[field.type]} required={field.required === true} notes={notes}>
        {(control) => <Control field={field} value={String(value)} control={control} onChange={onChange} />}
      </Field>
    </div>
  );
}

const HELP: Partial<Record<StartField["type"], string>> = {
  object: 'JSON, for example {"name": "Ada"}',
  list: 'JSON, for example ["a", "b"]',
  file: "The address or the text of the file",
};

interface ControlProps {
  field: StartField;
  value: string;
  control: FieldControl;
  onChange: (value: string) => void;
}

function Control({ field, value, control, onChange }: ControlProps) {
  const typed = { ...control, value, required: field.required === true };
  switch (field.type) {
    case "long_text":
      return <TextArea {...typed} rows={5} onChange={(event) => onChange(event.target.value)} />;
    case "object":
    case "list":
      return <TextArea {...typed} mono rows={4} spellCheck={false} onChange={(event) => onChange(event.target.value)} />;
    case "choice":
      return <Select {...typed} options={[{ value: "", label: field.required ? "Choose…" : "None" }, ...(field.choices ?? []).map((choice) => ({ value: choice, label: choice }))]} onChange={onChange} />;
    case "number":
      return <TextInput {...typed} inputMode="decimal" onChange={(event) => onChange(event.target.value)} />;
    default:
      return <TextInput {...typed} onChange={(event) => onChange(event.target.value)} />;
  }
}
