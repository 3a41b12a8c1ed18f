import type { Json } from "../../contracts/api";
import { Button, TextInput } from "../../ui";
import { RowButtons } from "./CaseRows";
import styles from "./Rows.module.css";
import { rowsOf } from "./rowsOf";

interface ButtonRowsProps {
  label: string;
  value: Json | undefined;
  onChange: (value: Json) => void;
  disabled: boolean;
}

/** The ways to answer an approval, each with a port of its own. */
export function ButtonRows({ label, value, onChange, disabled }: ButtonRowsProps) {
  const { rows, set, add, remove, shift } = rowsOf(value, onChange);
  const freePort = (): string => {
    const taken = new Set(rows.map((row) => row.port));
    for (let n = rows.length + 1; ; n++) if (!taken.has(`answer_${n}`)) return `answer_${n}`;
  };
  return (
    <div className={styles.rows} role="group" aria-label={label}>
      {rows.map((row, index) => (
        <div key={index} className={styles.card}>
          <div className={styles.line}>
            <TextInput aria-label={`Text of button ${index + 1}`} value={String(row.label ?? "")} disabled={disabled} placeholder={String(row.port ?? "")} onChange={(event) => set(index, { label: event.target.value })} />
            {!disabled && <RowButtons index={index} count={rows.length} onShift={shift} onRemove={remove} />}
          </div>
          <TextInput mono aria-label={`Port of button ${index + 1}`} value={String(row.port ?? "")} disabled={disabled} placeholder="port" onChange={(event) => set(index, { port: event.target.value })} />
        </div>
      ))}
      {!disabled && (
        <Button small kind="ghost" icon="plus" className={styles.add} onClick={() => add({ port: freePort(), label: "" })}>
          Add a button
        </Button>
      )}
    </div>
  );
}
