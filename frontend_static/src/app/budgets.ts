import type { SharedBudgetOut } from "../contracts/api";
import { formatCost } from "../runs/format";

/** What happens before a budget is exceeded. */
export const ON_BUDGET = [
  { value: "ask", label: "Ask how to go on" },
  { value: "fail", label: "Fail the node" },
];

/** A positive number that somebody typed, or nothing. */
export const positive = (text: string): number | null => {
  const value = Number(text.trim());
  return text.trim() !== "" && Number.isFinite(value) && value > 0 ? value : null;
};

/** The same, without a fraction. */
export const whole = (text: string): number | null => {
  const value = positive(text);
  return value === null ? null : Math.max(1, Math.round(value));
};

/** What is spent, where it is counted: without a limit nothing is. */
export function spentOf({ per, usd, tokens, spent_usd, spent_tokens }: SharedBudgetOut): string {
  if ((usd ?? tokens ?? null) === null) return "There is no limit yet.";
  const when = per === "day" ? "today" : "this month";
  return `They have spent ${formatCost(spent_usd ?? 0)} and ${(spent_tokens ?? 0).toLocaleString("en-US")} tokens ${when}.`;
}

/** The limits in words, for who may not set them; nothing where there are none. */
export function limitsOf({ per, usd, tokens, on }: SharedBudgetOut): string {
  const words = (limit: number | null | undefined): string => (limit ?? null) === null ? "" : (limit ?? 0).toLocaleString("en-US");
  const limits = [words(usd) && `$${words(usd)}`, words(tokens) && `${words(tokens)} tokens`].filter(Boolean);
  if (limits.length === 0) return "";
  return `At most ${limits.join(" and ")} a ${per}. What would exceed it ${on === "ask" ? "asks how to go on" : "fails"}.`;
}
