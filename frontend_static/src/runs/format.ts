import type { NodeStatus, RunStatus, Usage } from "../contracts/api";

/** A length of time as people say it: `340 ms`, `1.2 s`, `1 min 05 s`, `2 h 03 min`. */
export function formatDuration(millis: number): string {
  const ms = Math.max(0, Math.round(millis));
  if (ms < 1000) return `${ms} ms`;
  const tenths = Math.round(ms / 100) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60 * 48) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** A running clock: tenths of a second would flicker beyond the first ten seconds. */
export function formatElapsed(millis: number): string {
  return millis < 1000 ? `${(Math.floor(Math.max(0, millis) / 100) / 10).toFixed(1)} s` : formatDuration(millis);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

export function formatCost(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < 0.0001) return "<$0.0001";
  return `$${usd < 0.01 ? usd.toFixed(4) : usd < 1 ? usd.toFixed(3) : usd.toFixed(2)}`;
}

export function formatCount(value: number): string {
  return value.toLocaleString("en-US");
}

export function formatTokens(usage: Pick<Usage, "input_tokens" | "output_tokens">): string {
  const total = usage.input_tokens + usage.output_tokens;
  return `${formatCount(total)} ${total === 1 ? "token" : "tokens"}`;
}

/** A moment seen from now: near ones in words, far ones as a date. */
export function formatWhen(at: number, now: number): string {
  const ago = now - at;
  if (ago < 0) return formatMoment(at, now);
  if (ago < 45_000) return "just now";
  if (ago < 3_600_000) return `${Math.max(1, Math.round(ago / 60_000))} min ago`;
  if (ago < 86_400_000) return `${Math.round(ago / 3_600_000)} h ago`;
  if (ago < 7 * 86_400_000) return `${Math.round(ago / 86_400_000)} d ago`;
  return formatMoment(at, now);
}

/** A clock time, with the day where it is not today. */
export function formatMoment(at: number, now: number): string {
  const then = new Date(at);
  const time = then.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return time;
  const isSameYear = then.getFullYear() === today.getFullYear();
  const day = then.toLocaleDateString(undefined, { day: "numeric", month: "short", ...(isSameYear ? {} : { year: "numeric" }) });
  return `${day}, ${time}`;
}

export const RUN_WORDS: Record<RunStatus, string> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  succeeded: "Succeeded",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const NODE_WORDS: Record<NodeStatus, string> = {
  pending: "Queued",
  ready: "Ready",
  running: "Running",
  waiting: "Waiting",
  succeeded: "Succeeded",
  failed: "Failed",
  skipped: "Skipped",
  cancelled: "Cancelled",
  upstream_failed: "Not reached",
};
