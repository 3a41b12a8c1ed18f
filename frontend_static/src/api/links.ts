import type { ExposureOut, LinkIn, LinkMade, LinkOut, LinkTerms } from "../contracts/api";
import { api, type CallOptions } from "./client";

const at = (workflowId: string): string => `/workflows/${encodeURIComponent(workflowId)}`;

export const linkList = (workflowId: string, options?: CallOptions) => api.get<{ items: LinkOut[] }>(`${at(workflowId)}/links`, options);

export const linkCreate = (workflowId: string, body: LinkIn) => api.post<LinkMade>(`${at(workflowId)}/links`, body);

export const linkChange = (workflowId: string, linkId: string, body: LinkTerms) => api.patch<LinkOut>(`${at(workflowId)}/links/${linkId}`, body);

export const linkRevoke = (workflowId: string, linkId: string) => api.delete<LinkOut>(`${at(workflowId)}/links/${linkId}`);

/** What a stranger would see through a link that is not made yet. */
export const exposureGet = (workflowId: string, right: string, version: number | null, options: CallOptions = {}) =>
  api.get<ExposureOut>(`${at(workflowId)}/exposure`, { ...options, query: { right, version } });

export const replayExposureGet = (runId: string, options?: CallOptions) => api.get<ExposureOut>(`/runs/${encodeURIComponent(runId)}/exposure`, options);

export const replayLinkCreate = (runId: string, body: LinkTerms) => api.post<LinkMade>(`/runs/${encodeURIComponent(runId)}/links`, body);
