import type { Json } from "../../contracts/api";
import type { Suggestion } from "../../document/suggest";
import { Button, Select, TextArea, TextInput } from "../../ui";
import { numberOrText } from "../form";
import { RowButtons } from "./CaseRows";
import styles from "./Rows.module.css";
import { rowsOf } from "./rowsOf";
import { TemplateInput } from "./TemplateInput";

interface CriterionRowsProps {
  label: string;
  value: Json | undefined;
  onChange: (value: Json) => void;
  suggestions: readonly Suggestion[];
  disabled: boolean;
}

const BY = [
  { value: "description", label: "judged" },
  { value: "when", label: "worked out" },
];

/** What counts in an evaluation: judged by a model from a description, or worked out by an expression. */
export function CriterionRows({ label, value, onChange, suggestions, disabled }: CriterionRowsProps) {
  const { rows, set, add, remove, shift } = rowsOf(value, onChange);
  const freeName = (): string => {
    const taken = new Set(rows.map((row) => row.name));
    for (let n = rows.length + 1; ; n++) if (!taken.has(`criterion ${n}`)) return `criterion ${n}`;
  };
  return (
    <div className={styles.rows} role="group" aria-label={label}>
      {rows.map((row, index) => {
        const name = String(row.name ?? "");
        const by = typeof row.when === "string" && row.when !== "" ? "when" : "when" in row && !("description" in row) ? "when" : "description";
        const control = { id: undefined, "aria-describedby": undefined, "aria-invalid": undefined, "aria-label": by === "when" ? `Expression of ${name}` : `What the judge looks for in ${name}` };
        const turn = (to: string): void => {
          const { when, description, ...rest } = row;
          const text = String((by === "when" ? when : description) ?? "");
          onChange(rows.map((one, at) => (at === index ? { ...rest, [to]: text } : one)));
        };
        return (
          <div key={index} className={styles.card}>
            <div className={styles.line}>
              <TextInput aria-label={`Name of criterion ${index + 1}`} value={name} disabled={disabled} placeholder="name" onChange={(event) => set(index, { name: event.target.value })} />
              {!disabled && <RowButtons index={index} count={rows.length} onShift={shift} onRemove={remove} />}
            </div>
            <div className={styles.two}>
              <Select aria-label={`How ${name} is scored`} value={by} disabled={disabled} options={BY} onChange={turn} />
              <TextInput aria-label={`Weight of ${name}`} title="Weight" inputMode="decimal" placeholder="weight 1" value={String(row.weight ?? "")} disabled={disabled} onChange={(event) => set(index, { weight: numberOrText(event.target.value) ?? 1 })} />
            </div>
            {by === "when" ? (
              <TemplateInput control={control} value={String(row.when ?? "")} onChange={(when) => set(index, { when })} suggestions={suggestions} isExpression placeholder="len(value) < 600" disabled={disabled} />
            ) : (
              <TextArea {...control} rows={2} value={String(row.description ?? "")} placeholder="It answers what was asked" disabled={disabled} onChange={(event) => set(index, { description: event.target.value })} />
            )}
          </div>
        );
      })}
      {!disabled && (
        <Button small kind="ghost" icon="plus" className={styles.add} onClick={() => add({ name: freeName(), description: "" })}>
          Add a criterion
        </Button>
      )}
    </div>
  );
}
