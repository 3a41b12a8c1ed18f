import type { Json, PreviewedOut, SightOut } from "../contracts/api";
import { api, type CallOptions } from "./client";

const at = (workflowId: string, node: string): string => `/workflows/${encodeURIComponent(workflowId)}/nodes/${encodeURIComponent(node)}`;

export interface Place {
  /** The run whose values are taken; else the newest one. */
  run: string | null;
  /** The item or turn that is looked at. */
  scope: string;
}

/** What expressions of a node see, with the values of a run. */
export const namesGet = (workflowId: string, node: string, { run, scope }: Place, options: CallOptions = {}) =>
  api.get<SightOut>(`${at(workflowId, node)}/names`, { ...options, query: { run, scope: scope || null } });

/** What a param gives as it is written; nothing is started. */
export const valuePreview = (workflowId: string, node: string, body: Place & { value: Json; is_expression: boolean; param: string }, options?: CallOptions) =>
  api.post<PreviewedOut>(`${at(workflowId, node)}/preview`, body, options);
