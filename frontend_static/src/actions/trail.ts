/** The way through workflows that call one another: those from which the open one was opened, the outermost first. */

const SEPARATOR = ".";
/** A longer way is cut at its beginning. */
const MOST = 8;

export const trailOf = (query: URLSearchParams): string[] => (query.get("via") ?? "").split(SEPARATOR).filter((id) => id !== "");

/** The address of a workflow with the way to it. One that is on the way already is a way back. */
export function addressOn(id: string, trail: readonly string[]): string {
  const at = trail.indexOf(id);
  const way = (at < 0 ? trail : trail.slice(0, at)).slice(-MOST).map(encodeURIComponent);
  return `/workflows/${encodeURIComponent(id)}${way.length > 0 ? `?via=${way.join(SEPARATOR)}` : ""}`;
}
