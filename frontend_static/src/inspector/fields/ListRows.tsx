import type { Json } from "../../contracts/api";
import { Button, IconButton, TextInput } from "../../ui";
import { ModelInput } from "./ModelInput";
import styles from "./Rows.module.css";

interface ListRowsProps {
  label: string;
  value: Json | undefined;
  onChange: (value: Json) => void;
  disabled: boolean;
  isModels: boolean;
  suggestions: readonly string[];
}

/** A list of short texts. */
export function ListRows({ label, value, onChange, disabled, isModels, suggestions }: ListRowsProps) {
  const entries = Array.isArray(value) ? value.map(String) : [];
  const put = (index: number, text: string): void => onChange(entries.map((old, at) => (at === index ? text : old)));
  return (
    <div className={styles.rows} role="group" aria-label={label}>
      {entries.map((entry, index) => (
        <div key={index} className={styles.single}>
          {isModels ? (
            <ModelInput aria-label={`${label} ${index + 1}`} value={entry} suggestions={suggestions} disabled={disabled} onChange={(text) => put(index, text)} />
          ) : (
            <TextInput aria-label={`${label} ${index + 1}`} value={entry} disabled={disabled} onChange={(event) => put(index, event.target.value)} />
          )}
          {!disabled && <IconButton small icon="x" label="Remove" onClick={() => onChange(entries.filter((_entry, at) => at !== index))} />}
        </div>
      ))}
      {!disabled && (
        <Button small kind="ghost" icon="plus" className={styles.add} onClick={() => onChange([...entries, ""])}>
          Add
        </Button>
      )}
    </div>
  );
}
