import type { BatchBrief, BatchItemPage, BatchOut, FailureDetail, FailurePage, FailureReview, FailureRunPage, FailureStateIn, FailureView } from "../contracts/api";
import { api, type CallOptions } from "./client";

const at = (id: string): string => `/failures/${encodeURIComponent(id)}`;

export const failureList = (query: Record<string, string>, options: CallOptions = {}) => api.get<FailurePage>("/failures", { ...options, query });

export const failureCount = (options?: CallOptions) => api.get<{ open: number }>("/failures/count", options);

export const failureGet = (id: string, options?: CallOptions) => api.get<FailureDetail>(at(id), options);

/** The runs of a group, the newest first; `after` is the `next` of the page before. */
export const failureRuns = (id: string, after: string | null, options: CallOptions = {}) => api.get<FailureRunPage>(`${at(id)}/runs`, { ...options, query: { after, limit: 20 } });

/** One run beside the last one that worked; without a run the last one that nothing has been done about. */
export const failureReview = (id: string, run: string | null, options: CallOptions = {}) => api.get<FailureReview>(`${at(id)}/review`, { ...options, query: { run } });

export const failureSetState = (id: string, body: FailureStateIn) => api.post<FailureDetail>(`${at(id)}/state`, body);

export const failureAssign = (id: string, email: string | null) => api.post<FailureDetail>(`${at(id)}/assignee`, { email });

export const failureComment = (id: string, text: string) => api.post(`${at(id)}/comments`, { text });

export const failureMerge = (id: string, groups: string[]) => api.post<FailureDetail>(`${at(id)}/merge`, { groups });

export const failureSplit = (id: string, causes: number[]) => api.post<FailureDetail>(`${at(id)}/split`, { causes });

export const failureHandle = (id: string, runs: string[], reason: string) => api.post<{ count: number }>(`${at(id)}/handle`, { runs, reason });

export const failureViews = (options?: CallOptions) => api.get<{ items: FailureView[] }>("/failures/views", options);

export const failureViewSave = (name: string, query: string) => api.put<FailureView>(`/failures/views/${encodeURIComponent(name)}`, { query });

export const failureViewDelete = (name: string) => api.delete(`/failures/views/${encodeURIComponent(name)}`);

export type BatchVersion = "latest" | "draft" | "same";

export const batchCreate = (group: string, version: BatchVersion, concurrency: number) => api.post<BatchOut>(`${at(group)}/batches`, { version, concurrency });

export const batchList = (group: string, options?: CallOptions) => api.get<{ items: BatchBrief[] }>(`${at(group)}/batches`, options);

export const batchGet = (id: string, options?: CallOptions) => api.get<BatchOut>(`/failure-batches/${encodeURIComponent(id)}`, options);

export const batchItems = (id: string, after: number, options: CallOptions = {}) => api.get<BatchItemPage>(`/failure-batches/${encodeURIComponent(id)}/items`, { ...options, query: { after, limit: 20 } });

/** Start it or let it go on, pause it, or stop it for good. */
export const batchDo = (id: string, what: "start" | "pause" | "stop") => api.post<BatchOut>(`/failure-batches/${encodeURIComponent(id)}/${what}`);
