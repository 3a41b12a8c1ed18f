import type { KnowledgeBase, KnowledgeDocument, KnowledgeExcerpt, KnowledgeQuestion, Page, SearchMode } from "../contracts/api";
import { api, ApiError, urlOf, type CallOptions } from "./client";

const at = (base: string): string => `/knowledge/${encodeURIComponent(base)}`;
const atDocument = (base: string, document: string): string => `${at(base)}/documents/${encodeURIComponent(document)}`;

export const baseList = (options: CallOptions & { space?: string } = {}) => api.get<{ items: KnowledgeBase[] }>("/knowledge", { ...options, query: { space: options.space } });

export const baseGet = (id: string, options?: CallOptions) => api.get<KnowledgeBase>(at(id), options);

export const baseCreate = (body: { name: string; description: string; embedding_model: string; team?: string | null }) => api.post<KnowledgeBase>("/knowledge", body);

export const baseUpdate = (id: string, body: { name?: string; description?: string; embedding_model?: string }) => api.patch<KnowledgeBase>(at(id), body);

export const baseDelete = (id: string) => api.delete(at(id));

export const baseReindex = (id: string) => api.post<KnowledgeBase>(`${at(id)}/reindex`);

export const documentList = (base: string, limit: number, options: CallOptions = {}) =>
  api.get<Page<KnowledgeDocument>>(`${at(base)}/documents`, { ...options, query: { limit } });

export const documentUpload = (base: string, file: File) => api.post<KnowledgeDocument>(`${at(base)}/documents`, file, { query: { name: file.name } });

export const documentAddUrl = (base: string, url: string) => api.post<KnowledgeDocument>(`${at(base)}/documents/from-url`, { url });

export const documentReplace = (base: string, document: string, file: File) =>
  api.put<KnowledgeDocument>(`${atDocument(base, document)}/file`, file, { query: { name: file.name } });

export const documentReindex = (base: string, document: string) => api.post<KnowledgeDocument>(`${atDocument(base, document)}/reindex`);

export const documentDelete = (base: string, document: string) => api.delete(atDocument(base, document));

export const documentFileUrl = (base: string, document: string): string => urlOf(`${atDocument(base, document)}/file`);

export const passageList = (base: string, document: string, position: number, options: CallOptions = {}) =>
  api.get<KnowledgeExcerpt>(`${atDocument(base, document)}/passages`, { ...options, query: { position } });

export interface Asked {
  query: string;
  mode: SearchMode;
  top_k: number;
}

const LOOK_EVERY_MS = 150;
const LONGEST_MS = 90_000;

/** Try a search out: a worker answers it, in a moment. */
export async function ask(base: string, asked: Asked, signal: AbortSignal): Promise<KnowledgeQuestion> {
  const began = Date.now();
  let question = await api.post<KnowledgeQuestion>(`${at(base)}/questions`, asked, { signal });
  while (question.status === "waiting") {
    if (Date.now() - began > LONGEST_MS) throw new ApiError("timeout", "No worker answered. Check that one is running, then try again.", 0);
    await new Promise((done) => window.setTimeout(done, LOOK_EVERY_MS));
    question = await api.get<KnowledgeQuestion>(`${at(base)}/questions/${question.id}`, { signal });
  }
  return question;
}
