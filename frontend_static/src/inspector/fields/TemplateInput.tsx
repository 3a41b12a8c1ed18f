import { useId, useRef, type KeyboardEvent } from "react";
import { templateParts } from "../../document/references";
import type { Suggestion } from "../../document/suggest";
import { classes, type FieldControl } from "../../ui";
import { InsertMenu } from "./InsertMenu";
import styles from "./TemplateInput.module.css";

interface TemplateInputProps {
  control: FieldControl;
  value: string;
  onChange: (value: string) => void;
  suggestions: readonly Suggestion[];
  /** The whole text is an expression, with or without braces. */
  isExpression?: boolean;
  isLong?: boolean;
  rows?: number;
  placeholder?: string;
  disabled?: boolean;
}

/** Text with `{{ }}` marked: a plain text area over its own coloured copy, which also gives it its height. */
export function TemplateInput({ control, value, onChange, suggestions, isExpression = false, isLong = false, rows = 1, placeholder, disabled = false }: TemplateInputProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const copyId = useId();
  const insert = (expression: string): void => {
    const element = area.current;
    const [start, end] = element ? [element.selectionStart, element.selectionEnd] : [value.length, value.length];
    const text = isExpression ? expression : `{{ ${expression} }}`;
    onChange(value.slice(0, start) + text + value.slice(end));
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(start + text.length, start + text.length);
    });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !isLong) event.preventDefault();
  };
  return (
    <div className={classes(styles.box, isLong && styles.long, isExpression && styles.expression)} data-invalid={control["aria-invalid"] ? "" : undefined} data-disabled={disabled ? "" : undefined}>
      <div id={copyId} className={styles.copy} aria-hidden style={{ minHeight: isLong ? rows * 20 + 12 : undefined }}>
        {isExpression && !value.includes("{{") ? <mark>{value}</mark> : templateParts(value).map((part, index) => (part.isExpression ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>))}
        {"​"}
      </div>
      <textarea
        {...control}
        ref={area}
        className={styles.input}
        rows={1}
        spellCheck={isLong && !isExpression}
        autoComplete="off"
        value={value}
        placeholder={placeholder}
        disabled={disabled}
        onChange={(event) => onChange(isLong ? event.target.value : event.target.value.replace(/\n/g, " "))}
        onKeyDown={onKey}
      />
      {!disabled && <InsertMenu suggestions={suggestions} onInsert={insert} />}
    </div>
  );
}
