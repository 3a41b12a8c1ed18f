import { useState } from "react";
import type { Json } from "../../contracts/api";
import { FieldNotes } from "../../ui";
import { CodeField } from "./CodeField";

interface JsonFieldProps {
  label: string;
  value: Json | undefined;
  rows: number;
  disabled: boolean;
  onChange: (value: Json | undefined) => void;
}

const written = (value: Json | undefined): string => (value === undefined || value === null ? "" : JSON.stringify(value, null, 2));

/** JSON as code. It reaches the document whenever it can be read. */
export function JsonField({ label, value, rows, disabled, onChange }: JsonFieldProps) {
  const [draft, setDraft] = useState<{ text: string; of: string } | null>(null);
  const saved = written(value);
  const text = draft && (draft.of === saved || same(draft.text, saved)) ? draft.text : saved;
  const problem = mistake(text);
  const change = (next: string): void => {
    const isEmpty = next.trim() === "";
    const parsed = isEmpty ? undefined : parse(next);
    setDraft({ text: next, of: isEmpty || parsed !== undefined ? written(parsed) : saved });
    if (isEmpty || parsed !== undefined) onChange(parsed);
  };
  return (
    <>
      <CodeField label={label} language="json" value={text} rows={rows} disabled={disabled} onChange={change} />
      {problem && <FieldNotes notes={[{ severity: "error", message: problem }]} />}
    </>
  );
}

const same = (text: string, saved: string): boolean => written(parse(text)) === saved;

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function mistake(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (thrown) {
    return `This is not JSON yet: ${(thrown as Error).message}`;
  }
}
