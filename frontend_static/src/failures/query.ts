/** The filter of the inbox, as it stands in the address: what is as usual is left out. */
export const FIELDS = ["state", "workflow", "kind", "assignee", "code", "q", "since", "per"] as const;
export type Field = (typeof FIELDS)[number];
export type Filter = Partial<Record<Field, string>>;

export const SINCE: Record<string, { label: string; hours: number }> = {
  "1h": { label: "In the last hour", hours: 1 },
  "24h": { label: "In the last 24 hours", hours: 24 },
  "7d": { label: "In the last 7 days", hours: 168 },
  "30d": { label: "In the last 30 days", hours: 720 },
};

export function readFilter(query: URLSearchParams): Filter {
  const found: Filter = {};
  for (const field of FIELDS) {
    const value = query.get(field);
    if (value) found[field] = value;
  }
  if (found.since !== undefined && !(found.since in SINCE)) delete found.since;
  return found;
}

export function writeFilter(filter: Filter): string {
  const search = new URLSearchParams();
  for (const field of FIELDS) {
    const value = filter[field];
    if (value) search.set(field, value);
  }
  return search.toString();
}

/** What is asked of the server: a length of time becomes a moment. */
export function askFilter(filter: Filter, now: number): Record<string, string> {
  const { since, ...rest } = filter;
  const hours = since === undefined ? undefined : SINCE[since]?.hours;
  return hours === undefined ? rest : { ...rest, since: new Date(now - hours * 3_600_000).toISOString() };
}

export const isFiltered = (filter: Filter): boolean => FIELDS.some((field) => field !== "per" && filter[field]);
