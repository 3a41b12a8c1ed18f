import type { DraftOut, DraftSavedOut, JsonObject, Page, Problem, SharedBudgetIn, SharedBudgetOut, VersionOut, WorkflowIn, WorkflowOut } from "../contracts/api";
import { api, type CallOptions } from "./client";

const at = (id: string): string => `/workflows/${encodeURIComponent(id)}`;

/** `space`: `mine`, `shared`, the id of a team, or empty for all that is seen. */
export const workflowList = (search: string, options: CallOptions & { space?: string } = {}) =>
  api.get<Page<WorkflowOut>>("/workflows", { ...options, query: { search, space: options.space } });

export const workflowGet = (id: string, options?: CallOptions) => api.get<WorkflowOut>(at(id), options);

export const workflowCreate = (body: WorkflowIn) => api.post<WorkflowOut>("/workflows", body);

export const workflowUpdate = (id: string, body: { name?: string; description?: string }) => api.patch<WorkflowOut>(at(id), body);

export const workflowDelete = (id: string) => api.delete(at(id));

export const workflowDuplicate = (id: string) => api.post<WorkflowOut>(`${at(id)}/duplicate`);

export const draftGet = (id: string, options?: CallOptions) => api.get<DraftOut>(`${at(id)}/draft`, options);

export const draftSave = (id: string, body: { document: JsonObject; revision: number }, options?: CallOptions) =>
  api.put<DraftSavedOut>(`${at(id)}/draft`, body, options);

export const versionList = (id: string, options?: CallOptions) => api.get<{ items: VersionOut[] }>(`${at(id)}/versions`, options);

export const versionGet = (id: string, number: number, options?: CallOptions) =>
  api.get<VersionOut & { document: JsonObject }>(`${at(id)}/versions/${number}`, options);

export const versionCreate = (id: string, note: string) => api.post<VersionOut>(`${at(id)}/versions`, { note });

/** Publishes an earlier version again, as the newest one. */
export const versionRollBack = (id: string, number: number) => api.post<VersionOut>(`${at(id)}/versions/${number}/roll-back`, {});

/** What all runs of a workflow may spend together in a day or a month, and what they have spent in the current one. */
export const budgetGet = (id: string, signal: AbortSignal) => api.get<SharedBudgetOut>(`${at(id)}/budget`, { signal });

export const budgetSet = (id: string, body: SharedBudgetIn) => api.put<SharedBudgetOut>(`${at(id)}/budget`, body);

/** The document with a loop around each of its cycles; nothing is saved. */
export const documentWrapCycles = (document: object) => api.post<{ document: JsonObject; problems: Problem[] }>("/documents/wrap-cycles", { document });
