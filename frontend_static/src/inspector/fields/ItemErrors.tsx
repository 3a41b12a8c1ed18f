import type { Json } from "../../contracts/api";
import { isObject } from "../../document/normalise";
import { Select, TextInput, type FieldControl } from "../../ui";

const CHOICES = [
  { value: "fail", label: "The map fails at once" },
  { value: "collect", label: "Its error takes its place" },
  { value: "skip", label: "Its place stays empty" },
  { value: "tolerate", label: "Some may fail" },
];
const SHARE = /^\d{1,3}(\.\d+)?%$/;

interface ItemErrorsProps {
  control: FieldControl;
  value: Json | undefined;
  disabled: boolean;
  onChange: (value: Json) => void;
}

/** What a failed item of a map does; with how many may fail, as a number or a share. */
export function ItemErrors({ control, value, disabled, onChange }: ItemErrorsProps) {
  const tolerated = isObject(value) ? String(value.tolerate ?? "") : null;
  const choose = (next: string): void => onChange(next === "tolerate" ? { tolerate: "10%" } : next);
  const tolerate = (text: string): void => {
    const wish = text.trim();
    if (SHARE.test(wish)) onChange({ tolerate: wish });
    else if (/^\d+$/.test(wish)) onChange({ tolerate: Number(wish) });
  };
  return (
    <>
      <Select {...control} options={CHOICES} value={tolerated === null ? String(value ?? "fail") : "tolerate"} disabled={disabled} onChange={choose} />
      {tolerated !== null && (
        <TextInput key={tolerated} aria-label="How many items may fail, as a number or a share" defaultValue={tolerated} placeholder="10%" disabled={disabled} onBlur={(event) => tolerate(event.target.value)} />
      )}
    </>
  );
}
