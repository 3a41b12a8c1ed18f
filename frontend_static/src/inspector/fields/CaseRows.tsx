import type { Json } from "../../contracts/api";
import type { Suggestion } from "../../document/suggest";
import { Button, IconButton, TextArea, TextInput } from "../../ui";
import styles from "./Rows.module.css";
import { rowsOf } from "./rowsOf";
import { TemplateInput } from "./TemplateInput";

interface CaseRowsProps {
  label: string;
  value: Json | undefined;
  onChange: (value: Json) => void;
  suggestions: readonly Suggestion[];
  disabled: boolean;
  /** Rules have a condition; cases that a model chooses have a description. */
  by: "when" | "description";
}

/** The ways out of a router, tried from top to bottom. */
export function CaseRows({ label, value, onChange, suggestions, disabled, by }: CaseRowsProps) {
  const { rows, set, add, remove, shift } = rowsOf(value, onChange);
  const freePort = (): string => {
    const taken = new Set(rows.map((row) => row.port));
    for (let n = rows.length + 1; ; n++) if (!taken.has(`case_${n}`)) return `case_${n}`;
  };
  return (
    <div className={styles.rows} role="group" aria-label={label}>
      {rows.map((row, index) => {
        const port = String(row.port ?? "");
        const text = String(row[by] ?? "");
        const control = { id: undefined, "aria-describedby": undefined, "aria-invalid": undefined, "aria-label": `${by === "when" ? "Condition" : "Description"} of ${port}` };
        return (
          <div key={index} className={styles.card}>
            <div className={styles.line}>
              <TextInput aria-label={`Port of case ${index + 1}`} value={port} disabled={disabled} placeholder="port" onChange={(event) => set(index, { port: event.target.value })} />
              {!disabled && <RowButtons index={index} count={rows.length} onShift={shift} onRemove={remove} />}
            </div>
            {by === "when" ? (
              <TemplateInput control={control} value={text} onChange={(when) => set(index, { when })} suggestions={suggestions} isExpression placeholder="input.category == 'billing'" disabled={disabled} />
            ) : (
              <TextArea {...control} rows={2} value={text} placeholder="When the question is about money" disabled={disabled} onChange={(event) => set(index, { description: event.target.value })} />
            )}
          </div>
        );
      })}
      {!disabled && (
        <Button small kind="ghost" icon="plus" className={styles.add} onClick={() => add({ port: freePort(), [by]: "" })}>
          Add a case
        </Button>
      )}
    </div>
  );
}

interface RowButtonsProps {
  index: number;
  count: number;
  onShift: (index: number, by: -1 | 1) => void;
  onRemove: (index: number) => void;
}

export function RowButtons({ index, count, onShift, onRemove }: RowButtonsProps) {
  return (
    <span className={styles.grip}>
      <IconButton small icon="arrow-up" label="Move up" disabled={index === 0} onClick={() => onShift(index, -1)} />
      <IconButton small icon="arrow-down" label="Move down" disabled={index === count - 1} onClick={() => onShift(index, 1)} />
      <IconButton small icon="x" label="Remove" onClick={() => onRemove(index)} />
    </span>
  );
}
