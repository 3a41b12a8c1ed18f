import { workflowGet } from "./workflows";

const known = new Map<string, Promise<string | null>>();

/** The team of the workflow that the page shows, whose models and credentials come first in it; null for a person's. */
export function teamOfPage(): Promise<string | null> {
  const id = /^\/workflows\/([^/]+)/.exec(window.location.pathname)?.[1];
  if (id === undefined) return Promise.resolve(null);
  const asked = known.get(id) ?? workflowGet(decodeURIComponent(id)).then(({ belongs_to }) => belongs_to.id || null, () => (known.delete(id), null));
  known.set(id, asked);
  return asked;
}
