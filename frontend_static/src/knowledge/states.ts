import type { KnowledgeBase, KnowledgeDocument } from "../contracts/api";
import type { Tone } from "../ui";

export type DocumentState = KnowledgeDocument["status"];

const WORDS: Record<DocumentState, string> = {
  waiting: "Waiting",
  reading: "Reading",
  splitting: "Splitting",
  embedding: "Embedding",
  ready: "Ready",
  failed: "Failed",
};

export interface Shown {
  word: string;
  tone: Tone;
  /** From 0 to 1 while something happens; null where nothing is known of how far it is. */
  share: number | null;
  isUnderWay: boolean;
}

export const isUnderWay = ({ status }: KnowledgeDocument): boolean => status !== "ready" && status !== "failed";

/** How a document's state is shown: a word, a colour beside it, and how far it is. */
export function stateOf(document: KnowledgeDocument): Shown {
  const { status, notes } = document;
  if (status === "ready" && notes.length > 0) return { word: "Ready, in part", tone: "warn", share: null, isUnderWay: false };
  const tone = status === "ready" ? "ok" : status === "failed" ? "fail" : status === "waiting" ? "neutral" : "accent";
  return { word: wordOf(document), tone, share: shareOf(document), isUnderWay: isUnderWay(document) };
}

function wordOf({ status, pages_read, pages_total, passages_done, passages_total }: KnowledgeDocument): string {
  if (status === "reading" && pages_total > 0) return `Reading page ${pages_read} of ${pages_total}`;
  if (status === "embedding" && passages_total > 0) return `Embedding ${passages_done} of ${passages_total}`;
  return WORDS[status];
}

function shareOf({ status, pages_read, pages_total, passages_done, passages_total }: KnowledgeDocument): number | null {
  if (status === "reading" && pages_total > 0) return pages_read / pages_total;
  if (status === "embedding" && passages_total > 0) return passages_done / passages_total;
  return null;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

const KINDS: Record<string, string> = { pdf: "PDF", docx: "DOCX", html: "HTML", markdown: "Markdown", text: "Text", csv: "CSV" };

/** What a document is, in a line. */
export function factsOf({ kind, size_bytes, pages_total, passages_total, status, source_url }: KnowledgeDocument): string {
  const parts = [
    KINDS[kind] ?? (source_url ? "Address" : "Document"),
    size_bytes > 0 ? formatBytes(size_bytes) : "",
    pages_total > 0 ? count(pages_total, "page") : "",
    status === "ready" ? count(passages_total, "passage") : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

export const count = (number: number, thing: string): string => `${number.toLocaleString("en-US")} ${thing}${number === 1 ? "" : "s"}`;

/** What is in a base, in a line. */
export function contentsOf(base: KnowledgeBase): string {
  if (base.documents === 0) return "Empty";
  const parts = [count(base.documents, "document"), base.under_way > 0 ? `${base.under_way} being indexed` : "", base.failed > 0 ? `${base.failed} failed` : ""];
  return parts.filter(Boolean).join(" · ");
}
