import { useId, type ComponentProps, type ReactNode } from "react";
import { classes } from "./classes";
import styles from "./Field.module.css";
import { Icon } from "./Icon";

export interface FieldNote {
  severity: "error" | "warning";
  message: string;
}

/** What a control inside a field must carry, so that its label, help and problems are read with it. */
export interface FieldControl {
  id: string | undefined;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
}

interface FieldProps {
  label: ReactNode;
  help?: ReactNode;
  required?: boolean;
  notes?: readonly FieldNote[];
  /** Small buttons at the right of the label. */
  extra?: ReactNode;
  children: (control: FieldControl) => ReactNode;
}

export function Field({ label, help, required = false, notes = [], extra, children }: FieldProps) {
  const id = useId();
  const about = `${id}-about`;
  const control: FieldControl = {
    id,
    "aria-describedby": help || notes.length > 0 ? about : undefined,
    "aria-invalid": notes.some((note) => note.severity === "error") || undefined,
  };
  return (
    <div className={styles.field}>
      <div className={styles.head}>
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
        {required && <span className={styles.required}>required</span>}
        {extra && <span className={styles.extra}>{extra}</span>}
      </div>
      {children(control)}
      {(help || notes.length > 0) && (
        <div id={about}>
          <FieldNotes notes={notes} />
          {help && <p className={styles.help}>{help}</p>}
        </div>
      )}
    </div>
  );
}

export function FieldNotes({ notes }: { notes: readonly FieldNote[] }) {
  return notes.map((note, index) => (
    <p key={index} className={classes(styles.problem, note.severity === "warning" && styles.warning)}>
      <Icon name={note.severity === "error" ? "circle-alert" : "triangle-alert"} size={14} />
      <span>{note.message}</span>
    </p>
  ));
}

interface TextInputProps extends ComponentProps<"input"> {
  mono?: boolean;
}

export function TextInput({ mono = false, className, ...rest }: TextInputProps) {
  return <input type="text" spellCheck={false} autoComplete="off" className={classes(styles.input, mono && styles.mono, className)} {...rest} />;
}

interface TextAreaProps extends ComponentProps<"textarea"> {
  mono?: boolean;
}

export function TextArea({ mono = false, className, ...rest }: TextAreaProps) {
  return <textarea rows={3} className={classes(styles.input, mono && styles.mono, className)} {...rest} />;
}

interface SelectProps extends Omit<ComponentProps<"select">, "onChange"> {
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

export function Select({ options, onChange, className, ...rest }: SelectProps) {
  return (
    <div className={styles.select}>
      <select className={classes(styles.input, className)} onChange={(event) => onChange(event.target.value)} {...rest}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon name="chevron-down" size={14} />
    </div>
  );
}

interface SwitchProps {
  label: ReactNode;
  help?: ReactNode;
  /** Small buttons at the right of the label. */
  extra?: ReactNode;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

export function Switch({ label, help, extra, checked, disabled = false, onChange }: SwitchProps) {
  const id = useId();
  return (
    <div className={styles.switchRow}>
      <input id={id} type="checkbox" role="switch" className={styles.switch} checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
      <div>
        <label htmlFor={id}>{label}</label>
        {help && <p className={styles.help}>{help}</p>}
      </div>
      {extra && <span className={styles.extra}>{extra}</span>}
    </div>
  );
}
