import type { DraftSavedOut, HistoryOut, JsonObject } from "../contracts/api";
import { api, type CallOptions } from "./client";

const at = (workflowId: string): string => `/workflows/${encodeURIComponent(workflowId)}/history`;

export const historyList = (workflowId: string, before: number | null, options: CallOptions = {}) =>
  api.get<{ items: HistoryOut[]; has_more: boolean }>(at(workflowId), { ...options, query: before === null ? {} : { before: String(before) } });

export const historyGet = (workflowId: string, entry: number, options?: CallOptions) => api.get<HistoryOut & { document: JsonObject }>(`${at(workflowId)}/${entry}`, options);

/** Makes the draft what it was; what it is now is kept in the history. */
export const historyRestore = (workflowId: string, entry: number, revision: number) => api.post<DraftSavedOut>(`${at(workflowId)}/${entry}/restore`, { revision });
