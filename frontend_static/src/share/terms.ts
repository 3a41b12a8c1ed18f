import type { LinkTerms } from "../contracts/api";

/** What stands in the form, as typed. */
export interface TermsForm {
  name: string;
  expires: "never" | "1" | "7" | "30" | "365";
  password: string;
  uses: string;
  perHour: string;
}

export const NO_TERMS: TermsForm = { name: "", expires: "never", password: "", uses: "", perHour: "60" };

export const EXPIRIES: readonly { value: TermsForm["expires"]; label: string }[] = [
  { value: "never", label: "Never" },
  { value: "1", label: "After a day" },
  { value: "7", label: "After a week" },
  { value: "30", label: "After a month" },
  { value: "365", label: "After a year" },
];

export type ReadTerms = { kind: "ok"; terms: LinkTerms } | { kind: "wrong"; fields: Record<string, string> };

/** Reads the form, or says which fields are wrong. */
export function readTerms(form: TermsForm, now: number): ReadTerms {
  const fields: Record<string, string> = {};
  const uses = whole(form.uses, 1_000_000);
  const perHour = whole(form.perHour, 10_000);
  if (uses === "wrong") fields.uses_limit = "Enter a whole number from 1 on, or nothing.";
  if (perHour === "wrong") fields.runs_per_hour = "Enter a whole number from 1 to 10,000.";
  if (uses === "wrong" || perHour === "wrong") return { kind: "wrong", fields };
  const expires = form.expires === "never" ? null : new Date(now + Number(form.expires) * 86_400_000).toISOString();
  return { kind: "ok", terms: { name: form.name.trim(), expires_at: expires, password: form.password, uses_limit: uses, runs_per_hour: perHour } };
}

function whole(text: string, most: number): number | null | "wrong" {
  if (text.trim() === "") return null;
  const number = Number(text.trim());
  return Number.isInteger(number) && number >= 1 && number <= most ? number : "wrong";
}
