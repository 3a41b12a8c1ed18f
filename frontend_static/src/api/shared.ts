/** What a visitor asks of a link. Nobody has to be signed in; a cookie of the visit comes along by itself. */
import type { JsonObject, SharedOut, SharedRunOut, WorkflowOut } from "../contracts/api";
import { api, type CallOptions } from "./client";

const at = (token: string): string => `/shared/${encodeURIComponent(token)}`;

export const sharedOpen = (token: string, password: string, options?: CallOptions) => api.post<SharedOut>(`${at(token)}/open`, { password }, options);

export const sharedCopy = (token: string, password: string) => api.post<WorkflowOut>(`${at(token)}/copy`, { password });

export const sharedRunStart = (token: string, input: JsonObject) => api.post<SharedRunOut>(`${at(token)}/runs`, { input });

export const sharedRunGet = (token: string, id: string, options?: CallOptions) => api.get<SharedRunOut>(`${at(token)}/runs/${encodeURIComponent(id)}`, options);

export const sharedRunCancel = (token: string, id: string) => api.post<SharedRunOut>(`${at(token)}/runs/${encodeURIComponent(id)}/cancel`);
