import type { Usage } from "../contracts/api";
import { NO_USAGE } from "./types";

export function addUsage(total: Usage, more: Usage | null): Usage {
  if (more === null) return total;
  return {
    input_tokens: total.input_tokens + more.input_tokens,
    output_tokens: total.output_tokens + more.output_tokens,
    cost_usd: total.cost_usd + more.cost_usd,
    ...(more.model ?? total.model ? { model: more.model || (total.model ?? "") } : {}),
  };
}

/** What all attempts of a node run used so far; `model` is that of the last one. */
export function addAttempt(before: Usage | null, attempt: Usage | null): Usage | null {
  if (attempt === null) return before;
  return { ...addUsage(before ?? NO_USAGE, attempt), model: attempt.model ?? "" };
}

/** A run's usage as the server sums it: an object that may be empty. */
export function readUsage(raw: Partial<Usage> | null | undefined): Usage {
  return { ...NO_USAGE, input_tokens: raw?.input_tokens ?? 0, output_tokens: raw?.output_tokens ?? 0, cost_usd: raw?.cost_usd ?? 0, ...(raw?.model ? { model: raw.model } : {}) };
}
