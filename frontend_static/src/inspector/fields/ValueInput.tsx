import { useState } from "react";
import type { Json } from "../../contracts/api";
import type { Suggestion } from "../../document/suggest";
import { FieldNotes, type FieldControl } from "../../ui";
import { textToValue, valueToText } from "../form";
import { TemplateInput } from "./TemplateInput";

interface ValueInputProps {
  control: FieldControl;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  suggestions: readonly Suggestion[];
  rows?: number;
  placeholder?: string;
  disabled?: boolean;
  /** One line, without a message under it: for cells of a table. */
  isCell?: boolean;
  /** The param that it is the whole of. */
  param?: string | undefined;
}

/** Any JSON with expressions inside. What is not JSON is text, so that `{{ input }}` needs no quotes. */
export function ValueInput({ control, value, onChange, suggestions, rows = 3, placeholder, disabled = false, isCell = false, param }: ValueInputProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const shown = draft ?? valueToText(value);
  const parsed = textToValue(shown);
  const change = (text: string): void => {
    const next = textToValue(text);
    setDraft(text);
    if (next.ok) onChange(next.value);
  };
  const settle = (): void => {
    if (parsed.ok) setDraft(null);
  };
  return (
    <div onBlur={settle}>
      <TemplateInput
        control={{ ...control, "aria-invalid": control["aria-invalid"] || !parsed.ok || undefined }}
        value={shown}
        onChange={change}
        suggestions={suggestions}
        isLong={!isCell || shown.includes("\n")}
        rows={isCell ? 1 : rows}
        placeholder={placeholder ?? ""}
        disabled={disabled}
        param={param}
        meant={parsed.ok ? parsed.value : undefined}
      />
      {!parsed.ok && !isCell && <FieldNotes notes={[{ severity: "error", message: parsed.message }]} />}
    </div>
  );
}
