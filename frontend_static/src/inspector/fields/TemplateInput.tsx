import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import type { Json } from "../../contracts/api";
import { templateParts } from "../../document/references";
import type { Suggestion } from "../../document/suggest";
import { classes, type FieldControl } from "../../ui";
import { forgetField, rememberField, usePreview } from "../sight";
import { useCompletion } from "../useCompletion";
import { CompletionList } from "./CompletionList";
import { InsertMenu } from "./InsertMenu";
import { PreviewLine } from "./PreviewLine";
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
  /** What the text stands for, where it is not the text itself. */
  meant?: Json | undefined;
  /** The param that it is the whole of: what it gives must fit there. */
  param?: string | undefined;
}

/** Text with `{{ }}` marked: a plain text area over its own coloured copy, which also gives it its height. */
export function TemplateInput({ control, value, onChange, suggestions, isExpression = false, isLong = false, rows = 1, placeholder, disabled = false, meant = value, param }: TemplateInputProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [copyId, previewId] = [useId(), useId()];
  const [hasFocus, setFocus] = useState(false);
  const insert = useInsert({ area, value, isExpression, onChange });
  const completion = useCompletion({ area, value, isExpression, suggestions, onChange });
  const preview = usePreview(meant, isExpression, hasFocus, param);
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (completion.onKey(event)) return;
    if (event.key === "Enter" && !isLong) event.preventDefault();
  };
  const type = (text: string, caret: number): void => {
    const next = isLong ? text : text.replace(/\n/g, " ");
    onChange(next);
    completion.look(next, caret);
  };
  const { items } = completion;
  return (
    <div onFocus={() => setFocus(true)} onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setFocus(false)}>
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
          aria-autocomplete="list"
          aria-controls={items ? completion.id : undefined}
          aria-activedescendant={items ? `${completion.id}-${completion.marked}` : undefined}
          aria-describedby={[control["aria-describedby"], hasFocus && previewId].filter(Boolean).join(" ") || undefined}
          value={value}
          placeholder={placeholder}
          disabled={disabled}
          onFocus={() => rememberField(insert)}
          onBlur={completion.close}
          onChange={(event) => type(event.target.value, event.target.selectionStart)}
          onKeyDown={onKey}
        />
        {!disabled && <InsertMenu suggestions={suggestions} onInsert={insert} />}
        {items && <CompletionList id={completion.id} items={items} marked={completion.marked} onMark={completion.mark} onChoose={completion.choose} />}
      </div>
      {hasFocus && <PreviewLine id={previewId} preview={preview} />}
    </div>
  );
}

interface Inserting {
  area: React.RefObject<HTMLTextAreaElement | null>;
  value: string;
  isExpression: boolean;
  onChange: (value: string) => void;
}

/** Writes an expression at the caret; the same function for as long as the field is there. */
function useInsert(field: Inserting): (expression: string) => void {
  const latest = useRef(field);
  useEffect(() => {
    latest.current = field;
  });
  const insert = useRef((expression: string): void => {
    const { area, value, isExpression, onChange } = latest.current;
    const element = area.current;
    const [start, end] = element ? [element.selectionStart, element.selectionEnd] : [value.length, value.length];
    const isInside = isExpression || /\{\{(?:(?!\}\}).)*$/s.test(value.slice(0, start));
    const text = isInside ? expression : `{{ ${expression} }}`;
    onChange(value.slice(0, start) + text + value.slice(end));
    requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(start + text.length, start + text.length);
    });
  });
  useEffect(() => {
    const mine = insert.current;
    return () => forgetField(mine);
  }, []);
  return insert.current;
}
