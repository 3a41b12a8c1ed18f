import { useState } from "react";
import type { Json, JsonObject } from "../../contracts/api";
import { isObject } from "../../document/normalise";
import type { Suggestion } from "../../document/suggest";
import { Button, IconButton, TextInput } from "../../ui";
import styles from "./Rows.module.css";
import { ValueInput } from "./ValueInput";

interface PairRowsProps {
  label: string;
  value: Json | undefined;
  onChange: (value: JsonObject) => void;
  suggestions: readonly Suggestion[];
  disabled: boolean;
}

type Pair = [string, Json];

/** Names and their values. A row whose name is not typed yet is kept here and not in the document. */
export function PairRows({ label, value, onChange, suggestions, disabled }: PairRowsProps) {
  const saved: Pair[] = Object.entries(isObject(value) ? value : {});
  const [unnamed, setUnnamed] = useState<Json[]>([]);
  const put = (pairs: Pair[]): void => onChange(Object.fromEntries(pairs));
  const edit = (index: number, pair: Pair): void => put(saved.map((old, at) => (at === index ? pair : old)));
  const rename = (index: number, name: string): void => {
    const isTaken = saved.some(([other], at) => at !== index && other === name);
    if (name && !isTaken) edit(index, [name, saved[index]?.[1] ?? ""]);
  };
  const name = (index: number, text: string): void => {
    if (!text || saved.some(([other]) => other === text)) return;
    put([...saved, [text, unnamed[index] ?? ""]]);
    setUnnamed(unnamed.filter((_row, at) => at !== index));
  };
  return (
    <div className={styles.rows} role="group" aria-label={label}>
      {saved.map(([key, entry], index) => (
        <div key={index} className={styles.pair}>
          <TextInput aria-label="Name" defaultValue={key} key={key} disabled={disabled} onBlur={(event) => rename(index, event.target.value.trim())} />
          <ValueInput control={cell(`Value of ${key}`)} value={entry} onChange={(next) => edit(index, [key, next ?? ""])} suggestions={suggestions} disabled={disabled} isCell />
          {!disabled && <IconButton small icon="x" label={`Remove ${key}`} onClick={() => put(saved.filter((_pair, at) => at !== index))} />}
        </div>
      ))}
      {unnamed.map((entry, index) => (
        <div key={`new ${index}`} className={styles.pair}>
          <TextInput aria-label="Name" autoFocus placeholder="name" onBlur={(event) => name(index, event.target.value.trim())} />
          <ValueInput control={cell("Value")} value={entry} onChange={(next) => setUnnamed(unnamed.map((old, at) => (at === index ? (next ?? "") : old)))} suggestions={suggestions} isCell />
          <IconButton small icon="x" label="Remove this row" onClick={() => setUnnamed(unnamed.filter((_row, at) => at !== index))} />
        </div>
      ))}
      {!disabled && (
        <Button small kind="ghost" icon="plus" className={styles.add} onClick={() => setUnnamed([...unnamed, ""])}>
          Add
        </Button>
      )}
    </div>
  );
}

const cell = (label: string) => ({ id: undefined, "aria-describedby": undefined, "aria-invalid": undefined, "aria-label": label }) as const;
