import type { Usage } from "../contracts/api";

/** A running clock: whole seconds after the first ten, since tenths would only flicker. */
export function formatElapsed(millis: number): string {
  const ms = Math.max(0, millis);
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60 * 48) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** A mark on the time axis: as short as it can be, exact to the step. */
export function formatOffset(millis: number): string {
  if (millis === 0) return "0";
  if (millis < 1000) return `${Math.round(millis)} ms`;
  if (millis < 60_000) return `${Number((millis / 1000).toFixed(1))} s`;
  if (millis < 3_600_000) return `${Number((millis / 60_000).toFixed(1))} min`;
  return millis < 86_400_000 * 2 ? `${Number((millis / 3_600_000).toFixed(1))} h` : `${Number((millis / 86_400_000).toFixed(1))} d`;
}

/** Model calls often cost fractions of a cent, and those add up: small sums keep their digits. */
export function formatCost(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < 0.0001) return "<$0.0001";
  return `$${usd < 0.01 ? usd.toFixed(4) : usd < 1 ? usd.toFixed(3) : usd.toFixed(2)}`;
}

export function formatTokens(usage: Pick<Usage, "input_tokens" | "output_tokens">): string {
  const total = usage.input_tokens + usage.output_tokens;
  return `${total.toLocaleString("en-US")} ${total === 1 ? "token" : "tokens"}`;
}

/** Whether nothing was paid because the model runs on this installation; a price that is not known is no such case. */
export const isFree = (usage: Pick<Usage, "cost_usd" | "model">): boolean => usage.cost_usd === 0 && (usage.model ?? "").startsWith("local/");

/** What was paid, in a word: empty where no price is known. */
export function formatPaid(usage: Pick<Usage, "cost_usd" | "model">): string {
  return usage.cost_usd > 0 ? formatCost(usage.cost_usd) : isFree(usage) ? "free" : "";
}

/** Tokens and what was paid for them. */
export function formatUsage(usage: Usage): string {
  return [formatTokens(usage), formatPaid(usage)].filter(Boolean).join(" · ");
}

/** The same where there is little room, as on a node. */
export function formatShortUsage(usage: Usage): string {
  const total = usage.input_tokens + usage.output_tokens;
  const tokens = total < 10_000 ? String(total) : total < 1_000_000 ? `${Number((total / 1000).toFixed(1))}k` : `${Number((total / 1_000_000).toFixed(1))}M`;
  return [`${tokens} tok`, formatPaid(usage)].filter(Boolean).join(" · ");
}

/** A clock time, with the day where it is not today. */
export function formatMoment(at: number, now: number): string {
  const then = new Date(at);
  const time = then.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return time;
  const isSameYear = then.getFullYear() === today.getFullYear();
  const day = then.toLocaleDateString("en", { day: "numeric", month: "short", ...(isSameYear ? {} : { year: "numeric" }) });
  return `${day}, ${time}`;
}
