/** Which days are looked at. Days are those of UTC, as the server counts them. */

export interface Period {
  first: string;
  last: string;
}

const DAY = 86_400_000;
export const LENGTHS = [7, 30, 90] as const;
const USUAL = 30;
const MOST = 366;

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

function readDay(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) ? null : at;
}

export const lengthOf = ({ first, last }: Period): number => Math.round((Date.parse(last) - Date.parse(first)) / DAY) + 1;

export const lastDays = (count: number, now: number): Period => ({ first: dayOf(now - (count - 1) * DAY), last: dayOf(now) });

/** The period that an address names; the last thirty days where it names none that can be looked at. */
export function readPeriod(query: URLSearchParams, now: number): Period {
  const [first, last] = [readDay(query.get("first")), readDay(query.get("last"))];
  if (first === null || last === null) return lastDays(LENGTHS.find((one) => String(one) === query.get("days")) ?? USUAL, now);
  const period = { first: dayOf(first), last: dayOf(last) };
  const length = lengthOf(period);
  return length >= 1 && length <= MOST ? period : lastDays(USUAL, now);
}

/** How many of the offered days a period is; null where somebody chose it by dates. */
export function offeredLength(period: Period, now: number): number | null {
  return LENGTHS.find((count) => lastDays(count, now).first === period.first && lastDays(count, now).last === period.last) ?? null;
}

/** Why a period cannot be looked at; null where it can. */
export function periodFault({ first, last }: Period): string | null {
  if (readDay(first) === null || readDay(last) === null) return "Choose both days.";
  const length = lengthOf({ first, last });
  if (length < 1) return "The first day is after the last.";
  return length > MOST ? "Choose a year at most." : null;
}

export function showDay(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en", { day: "numeric", month: "short", timeZone: "UTC" });
}

/** How much more or less than before, in words; empty where there is nothing to compare with. */
export function changeWords(now: number, before: number): string {
  if (before === 0) return now === 0 ? "" : "nothing before";
  const percent = Math.round((now / before - 1) * 100);
  if (percent === 0) return "as before";
  return percent > 0 ? `${percent.toLocaleString("en-US")} % more` : `${-percent} % less`;
}
