import type { Json } from "../contracts/api";

export interface Citation {
  citation: string;
  url: string;
  text: string;
}

const MOST = 50;
/** What a passage of a Markdown document begins with; the citation names it. */
const HEADING = /^(?:#{1,6} .*\n+)+/;

/** The places that a value cites: the passages of a search, or a list of objects with a citation and its address. */
export function citationsIn(value: Json): Citation[] {
  const list = typeof value === "object" && value !== null && !Array.isArray(value) ? value.passages : value;
  if (!Array.isArray(list)) return [];
  return list.slice(0, MOST).flatMap((one) => citationOf(one) ?? []);
}

/** An address is whatever a run made of it: only what a browser opens as a page becomes a link. */
function citationOf(value: Json): Citation | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { citation, url, text } = value;
  if (typeof citation !== "string" || typeof url !== "string" || !/^https?:\/\//i.test(url)) return null;
  return { citation, url, text: typeof text === "string" ? text.replace(HEADING, "") : "" };
}
