import type { Json, JsonObject } from "../../contracts/api";
import { Button, Select, Switch, TextInput } from "../../ui";
import { textToValue, valueToText } from "../form";
import { RowButtons } from "./CaseRows";
import styles from "./Rows.module.css";
import { rowsOf } from "./rowsOf";

const TYPES = [
  { value: "text", label: "Text" },
  { value: "long_text", label: "Long text" },
  { value: "number", label: "Number" },
  { value: "boolean", label: "Yes or no" },
  { value: "choice", label: "Choice" },
  { value: "object", label: "Object" },
  { value: "list", label: "List" },
  { value: "file", label: "File" },
];

interface FieldRowsProps {
  label: string;
  value: Json | undefined;
  onChange: (value: Json) => void;
  disabled: boolean;
}

/** The fields of a run's input. */
export function FieldRows({ label, value, onChange, disabled }: FieldRowsProps) {
  const { rows, set, add, remove, shift } = rowsOf(value, onChange);
  return (
    <div className={styles.rows} role="group" aria-label={label}>
      {rows.map((row, index) => (
        <div key={index} className={styles.card}>
          <div className={styles.line}>
            <TextInput mono aria-label={`Name of field ${index + 1}`} placeholder="name" value={String(row.name ?? "")} disabled={disabled} onChange={(event) => set(index, { name: event.target.value })} />
            {!disabled && <RowButtons index={index} count={rows.length} onShift={shift} onRemove={remove} />}
          </div>
          <div className={styles.two}>
            <Select aria-label="Type" options={TYPES} value={String(row.type ?? "text")} disabled={disabled} onChange={(type) => set(index, { type })} />
            <TextInput aria-label="Label" placeholder="Label" value={String(row.label ?? "")} disabled={disabled} onChange={(event) => set(index, { label: event.target.value })} />
          </div>
          {row.type === "choice" && <Choices row={row} disabled={disabled} onChange={(choices) => set(index, { choices })} />}
          <TextInput aria-label="Default" placeholder="Default" key={valueToText(row.default)} defaultValue={valueToText(row.default)} disabled={disabled} onBlur={(event) => setDefault(event.target.value, row, (change) => set(index, change))} />
          <Switch label="Required" checked={row.required === true} disabled={disabled} onChange={(required) => set(index, { required })} />
        </div>
      ))}
      {!disabled && (
        <Button small kind="ghost" icon="plus" className={styles.add} onClick={() => add({ name: freeName(rows), label: "", type: "text", required: true })}>
          Add a field
        </Button>
      )}
    </div>
  );
}

function setDefault(text: string, row: JsonObject, set: (change: JsonObject) => void): void {
  if (text === valueToText(row.default)) return;
  const isText = ["text", "long_text", "choice", undefined].includes(row.type as string | undefined);
  const parsed = textToValue(text);
  set({ default: text === "" ? null : isText || !parsed.ok ? text : (parsed.value ?? null) });
}

function Choices({ row, disabled, onChange }: { row: JsonObject; disabled: boolean; onChange: (choices: string[]) => void }) {
  const shown = Array.isArray(row.choices) ? row.choices.map(String).join(", ") : "";
  const put = (text: string): void => onChange(text.split(",").map((choice) => choice.trim()).filter(Boolean));
  return <TextInput aria-label="Choices, separated by commas" placeholder="red, green, blue" key={shown} defaultValue={shown} disabled={disabled} onBlur={(event) => event.target.value !== shown && put(event.target.value)} />;
}

function freeName(rows: readonly JsonObject[]): string {
  const taken = new Set(rows.map((row) => row.name));
  if (!taken.has("question") && rows.length === 0) return "question";
  for (let n = rows.length + 1; ; n++) if (!taken.has(`field_${n}`)) return `field_${n}`;
}
