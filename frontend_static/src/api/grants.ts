import type { GrantList, GrantMade, GrantOut, GrantRole } from "../contracts/api";
import { api, type CallOptions } from "./client";

const at = (workflowId: string): string => `/workflows/${encodeURIComponent(workflowId)}/grants`;

export const grantList = (workflowId: string, options?: CallOptions) => api.get<GrantList>(at(workflowId), options);

export const grantAdd = (workflowId: string, body: { email?: string; team?: string; role: GrantRole }) => api.post<GrantMade>(at(workflowId), body);

export const grantChange = (workflowId: string, grantId: string, role: GrantRole) => api.put<GrantOut>(`${at(workflowId)}/${grantId}`, { role });

export const grantRemove = (workflowId: string, grantId: string) => api.delete(`${at(workflowId)}/${grantId}`);
