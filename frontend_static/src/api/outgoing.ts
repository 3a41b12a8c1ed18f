import type { Delivery, Outgoing, OutgoingMade, RunEnd } from "../contracts/api";
import { api, type CallOptions } from "./client";

const of = (workflowId: string): string => `/workflows/${encodeURIComponent(workflowId)}/outgoing-webhooks`;
const at = (outgoing: Outgoing): string => `${of(outgoing.workflow_id)}/${outgoing.id}`;

export interface OutgoingChanges {
  name?: string;
  url?: string;
  enabled?: boolean;
  ends?: RunEnd[];
  sends_output?: boolean;
  includes_tests?: boolean;
}

export const outgoingList = (workflowId: string, options?: CallOptions) => api.get<{ items: Outgoing[] }>(of(workflowId), options).then(({ items }) => items);

export const outgoingCreate = (workflowId: string, body: OutgoingChanges) => api.post<OutgoingMade>(of(workflowId), body);

export const outgoingUpdate = (outgoing: Outgoing, changes: OutgoingChanges) => api.patch<OutgoingMade>(at(outgoing), changes);

export const outgoingRotate = (outgoing: Outgoing) => api.post<OutgoingMade>(`${at(outgoing)}/rotate`);

export const outgoingDelete = (outgoing: Outgoing) => api.delete(at(outgoing));

export const deliveryList = (outgoing: Outgoing, options?: CallOptions) => api.get<{ items: Delivery[] }>(`${at(outgoing)}/deliveries`, options).then(({ items }) => items);

export const deliveryRepeat = (outgoing: Outgoing, delivery: Delivery) => api.post<Delivery>(`${at(outgoing)}/deliveries/${delivery.id}/repeat`);
