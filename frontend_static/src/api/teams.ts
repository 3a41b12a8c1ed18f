import type { InvitationMade, RoleName, SharedBudgetIn, SharedBudgetOut, TeamDetail, TeamMember, TeamOut } from "../contracts/api";
import { api, type CallOptions } from "./client";

const at = (id: string): string => `/teams/${encodeURIComponent(id)}`;

export const teamList = (options?: CallOptions) => api.get<{ items: TeamOut[] }>("/teams", options).then(({ items }) => items);

export const teamGet = (id: string, options?: CallOptions) => api.get<TeamDetail>(at(id), options);

export const teamCreate = (name: string) => api.post<TeamOut>("/teams", { name });

export const teamRename = (id: string, name: string) => api.patch<TeamDetail>(at(id), { name });

export const teamDelete = (id: string) => api.delete(at(id));

export const memberSet = (id: string, member: number, role: RoleName) => api.put<TeamMember>(`${at(id)}/members/${member}`, { role });

export const memberRemove = (id: string, member: number) => api.delete(`${at(id)}/members/${member}`);

export const memberInvite = (id: string, email: string, role: RoleName) => api.post<InvitationMade>(`${at(id)}/invitations`, { email, role });

export const invitationWithdraw = (id: string, invitation: string) => api.delete(`${at(id)}/invitations/${encodeURIComponent(invitation)}`);

/** Hand something over: to a team, or to a person by their address. */
export const transfer = (kind: "workflows" | "knowledge", id: string, to: { team: string } | { email: string }) => api.post<void>(`/${kind}/${encodeURIComponent(id)}/transfer`, to);

/** What the runs of all workflows of a team may spend together in a day or a month, and what they have spent in the current one. */
export const teamBudgetGet = (id: string, signal: AbortSignal) => api.get<SharedBudgetOut>(`${at(id)}/budget`, { signal });

export const teamBudgetSet = (id: string, body: SharedBudgetIn) => api.put<SharedBudgetOut>(`${at(id)}/budget`, body);
