import { api, type CallOptions } from "./client";
import type { AroundOut } from "../contracts/api";

const at = (workflowId: string): string => `/workflows/${encodeURIComponent(workflowId)}/presence`;

/** Says that a page has a workflow open, and asks who else has. */
export const presenceBeat = (workflowId: string, page: string, options?: CallOptions) => api.put<AroundOut>(at(workflowId), { page }, options);

export const presenceLeave = (workflowId: string, page: string) => api.post<void>(`${at(workflowId)}/leave`, { page }, { keepalive: true });
