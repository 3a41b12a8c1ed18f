import type { DueTime, JsonObject, Trigger, TriggerCall, TriggerKind, TriggerMade } from "../contracts/api";
import { api, type CallOptions } from "./client";

const of = (workflowId: string): string => `/workflows/${encodeURIComponent(workflowId)}/triggers`;
const at = (trigger: Trigger): string => `${of(trigger.workflow_id)}/${trigger.id}`;

/** What a form sends: all of a new trigger, or what has changed. */
export interface TriggerChanges {
  name?: string;
  enabled?: boolean;
  version?: number;
  follows_latest?: true;
  rate_per_minute?: number;
  most_active?: number;
  config?: JsonObject;
}

export const triggerList = (workflowId: string, options?: CallOptions) => api.get<{ items: Trigger[] }>(of(workflowId), options).then(({ items }) => items);

export const triggerCreate = (workflowId: string, kind: TriggerKind, { follows_latest: _, ...body }: TriggerChanges) => api.post<TriggerMade>(of(workflowId), { kind, ...body });

export const triggerUpdate = (trigger: Trigger, changes: TriggerChanges) => api.patch<TriggerMade>(at(trigger), changes);

export const triggerRotate = (trigger: Trigger, what: "secret" | "address") => api.post<TriggerMade>(`${at(trigger)}/rotate`, { what });

export const triggerDelete = (trigger: Trigger) => api.delete(at(trigger));

export const triggerCalls = (trigger: Trigger, before: number | null, options?: CallOptions) => api.get<{ items: TriggerCall[] }>(`${at(trigger)}/calls`, { ...options, query: { before, limit: 50 } }).then(({ items }) => items);

export const schedulePreview = (cron: string, time_zone: string, options?: CallOptions) => api.post<{ items: DueTime[] }>("/schedules/preview", { cron, time_zone }, options).then(({ items }) => items);

export const timeZones = (options?: CallOptions) => api.get<{ items: string[] }>("/time-zones", options).then(({ items }) => items);
