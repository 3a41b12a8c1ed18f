import { useEffect, useRef, useState } from "react";
import type { Json } from "../../contracts/api";
import type { Suggestion } from "../../document/suggest";
import type { FieldControl } from "../../ui";
import { braced } from "../expressions";
import { TemplateInput } from "./TemplateInput";

interface ExpressionInputProps {
  control: FieldControl;
  value: Json | undefined;
  param: string;
  suggestions: readonly Suggestion[];
  disabled: boolean;
  /** It was asked for just now, in the place of another control. */
  takesFocus: boolean;
  onChange: (value: Json | undefined) => void;
}

/** An expression in the place of a value. What is typed without braces gets them, at the latest when the field is left. */
export function ExpressionInput({ control, value, param, suggestions, disabled, takesFocus, onChange }: ExpressionInputProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const stored = typeof value === "string" && value.includes("{{") ? value : "";
  const change = (text: string): void => {
    setDraft(text);
    onChange(braced(text));
  };
  useEffect(() => {
    if (!takesFocus) return;
    const area = box.current?.querySelector("textarea");
    area?.focus();
    area?.setSelectionRange(...inner(area.value));
    // Only when it appears.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return (
    <div ref={box} onBlur={() => setDraft(null)}>
      <TemplateInput control={control} value={draft ?? stored} param={param} placeholder="{{ start.value }}" suggestions={suggestions} disabled={disabled} meant={value} onChange={change} />
    </div>
  );
}

/** What stands between the braces. */
const inner = (text: string): [number, number] => {
  const [open, close] = [text.indexOf("{{ "), text.lastIndexOf(" }}")];
  return open < 0 || close < open + 3 ? [text.length, text.length] : [open + 3, close];
};
