import type { SpentOut } from "../contracts/api";
import { formatCost } from "../runs/format";

export type Measure = "money" | "tokens";

export const amountOf = (spent: SpentOut, measure: Measure): number => (measure === "money" ? spent.cost_usd : spent.input_tokens + spent.output_tokens);

export function formatAmount(amount: number, measure: Measure): string {
  return measure === "money" ? formatCost(amount) : new Intl.NumberFormat("en", { notation: amount >= 10_000 ? "compact" : "standard", maximumFractionDigits: 1 }).format(amount);
}
