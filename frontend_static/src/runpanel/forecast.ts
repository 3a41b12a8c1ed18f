import type { ForecastOut } from "../contracts/api";
import { formatCost, formatElapsed } from "../runs/format";

type Range = ForecastOut["usd"];

/** What a forecast says, in words: the likely figures, the range, and what they rest on. */
export interface ForecastWords {
  likely: string;
  range: string;
  basis: string;
  warning: string | null;
}

export function forecastWords(told: ForecastOut): ForecastWords {
  const { usd, tokens, seconds } = told;
  const money = told.asks_models ? (usd.high === 0 ? (told.unpriced.length > 0 ? null : "free") : formatCost(usd.likely)) : "no model is asked";
  const likely = [money, tokens.high > 0 && `${count(tokens.likely)} tokens`, formatSeconds(seconds.likely)].filter(Boolean).join(" · ");
  const ranges = [usd.high > 0 && between(usd, formatCost), tokens.high > 0 && `${between(tokens, count)} tokens`, between(seconds, formatSeconds)];
  return { likely, range: ranges.filter(Boolean).join(" · "), basis: basisOf(told), warning: warningOf(told) };
}

/** The same beside the Run button: sentences for who rests on it, and a few letters where nothing can rest. */
export interface ForecastHint {
  lines: string[];
  short: string;
}

export function forecastHint(told: ForecastOut): ForecastHint {
  const { likely, range, basis, warning } = forecastWords(told);
  const took = formatSeconds(told.seconds.likely);
  const first = told.asks_models ? `Likely ${likely}.` : `Free: no model is asked. Likely ${took}.`;
  const money = told.usd.high > 0 ? formatCost(told.usd.likely) : told.unpriced.length > 0 ? null : "free";
  const bounds = range.includes(" to ") ? `Low to high: ${range}. ` : "";
  return { lines: [first, bounds + basis, ...(warning === null ? [] : [warning])], short: [money, took].filter(Boolean).join(" · ") };
}

const count = (amount: number): string => Math.round(amount).toLocaleString("en-US");
const formatSeconds = (seconds: number): string => (seconds < 0.05 ? "under 0.1 s" : formatElapsed(seconds * 1000));

function between({ low, high }: Range, format: (amount: number) => string): string {
  const [least, most] = [format(low), format(high)];
  return least === most ? least : `${least} to ${most}`;
}

function basisOf({ past_runs, guessed, waits, asks_models }: ForecastOut): string {
  const runs = past_runs > 0 ? `From ${past_runs} past ${past_runs === 1 ? "run" : "runs"}` : "";
  const names = guessed.length > 3 ? `${guessed.length} nodes` : guessed.join(", ");
  const sizes = guessed.length > 0 ? (runs ? `${names} from prompt sizes` : "From prompt sizes, the high figure by the longest answers") : "";
  const first = [runs, sizes].filter(Boolean).join("; ") || (asks_models ? "" : "From what nodes usually take");
  return [first, waits && "time that others take to answer is not counted"].filter(Boolean).join("; ") + ".";
}

function warningOf({ unpriced, usd, budget_usd }: ForecastOut): string | null {
  if (budget_usd !== null && usd.high > budget_usd) return `It may need more than the budget of ${formatCost(budget_usd)} a run.`;
  return unpriced.length > 0 ? `No price is known for ${unpriced.join(", ")}: it counts as nothing.` : null;
}
