import type { AnswerIn, ApprovalOut, ComparisonOut, DelegationOut, EventsOut, JsonObject, LogPageOut, NodeRunDetailOut, NodeRunOut, Page, PreviewOut, ResumeIn, RunIn, RunOut, RunStatus, RunSummary, ScopeOut, StepsOut } from "../contracts/api";
import { api, urlOf, type CallOptions } from "./client";

let replay: string | null = null;

/** On the page of a replay, every read is of the run behind its link, whoever looks. */
export function readReplayOf(token: string | null): void {
  replay = token === null ? null : `/shared/${encodeURIComponent(token)}/run`;
}

/** Whether what is shown is a replay: there is nothing to start, to stop or to answer, and no log. */
export const isReplay = (): boolean => replay !== null;

const at = (id: string): string => replay ?? `/runs/${encodeURIComponent(id)}`;

export interface RunFilter {
  workflow?: string | null;
  status?: RunStatus | null;
  limit?: number;
  /** Only runs made before this moment: the `created_at` of the last run of the page before. */
  before?: string | null;
}

export const runStart = (workflowId: string, body: RunIn) => api.post<RunOut>(`/workflows/${encodeURIComponent(workflowId)}/runs`, body);

export const runResume = (id: string, body: ResumeIn) => api.post<RunOut>(`${at(id)}/resume`, body);

/** What such a run would do; nothing is started. */
export const runForesee = (id: string, body: ResumeIn, options?: CallOptions) => api.post<PreviewOut>(`${at(id)}/resume/preview`, body, options);

export const runList = (filter: RunFilter, options: CallOptions = {}) => api.get<Page<RunSummary>>("/runs", { ...options, query: { ...filter } });

export const runGet = (id: string, options?: CallOptions) => api.get<RunOut>(at(id), options);

export const runDocument = (id: string, options?: CallOptions) => api.get<{ document: JsonObject }>(`${at(id)}/document`, options);

/** One node run with its values. A key holds slashes and `#`: each part is escaped, the slashes stay. */
export const nodeRunGet = (id: string, key: string, options?: CallOptions) =>
  api.get<NodeRunDetailOut>(`${at(id)}/nodes/${key.split("/").map(encodeURIComponent).join("/")}`, options);

/** What an agent did, and the agents that it asked, by the key of its node run. */
export const stepList = (id: string, key: string, options?: CallOptions) =>
  api.get<StepsOut>(`${at(id)}/steps/${key.split("/").map(encodeURIComponent).join("/")}`, options);

/** The node runs of one turn or item. */
export const scopeGet = (id: string, path: string, options?: CallOptions) =>
  api.get<ScopeOut>(`${at(id)}/scopes/${path.split("/").map(encodeURIComponent).join("/")}`, options);

/** Answer what a node run asks; the first answer counts. */
export const runAnswer = (id: string, key: string, body: AnswerIn) =>
  api.post<NodeRunOut>(`${at(id)}/answers/${key.split("/").map(encodeURIComponent).join("/")}`, body);

export const runEvents = (id: string, after: number, options: CallOptions = {}) =>
  api.get<EventsOut>(`${at(id)}/events`, { ...options, query: { after } });

export type LogLevel = "info" | "warning" | "error";

/** A part of the log of a run by place, of one node run or of all. */
export const logList = (id: string, { node, ...query }: { node: string | null; search: string; level: LogLevel; offset: number }, options: CallOptions = {}) =>
  api.get<LogPageOut>(`${at(id)}/logs`, { ...options, query: { ...query, ...(node === null ? {} : { node }) } });

/** Where the same lines are downloaded as text. */
export const logFile = (id: string, { node, ...query }: { node: string | null; search: string; level: LogLevel }): string =>
  urlOf(`${at(id)}/logs/file`, { ...query, ...(node === null ? {} : { node }) });

/** A run beside an earlier one. */
export const runCompare = (id: string, before: string, options?: CallOptions) => api.get<ComparisonOut>(`${at(id)}/comparison/${encodeURIComponent(before)}`, options);

export const runCancel = (id: string) => api.post<RunSummary>(`${at(id)}/cancel`);

/** What waits for the reader. */
export const approvalList = (options?: CallOptions) => api.get<{ items: ApprovalOut[] }>("/approvals", options);

/** Let somebody else answer an approval: they are told by mail. */
export const approvalDelegate = (id: string, key: string, body: { to: string; note: string }) =>
  api.post<DelegationOut>(`${at(id)}/delegations/${key.split("/").map(encodeURIComponent).join("/")}`, body);
