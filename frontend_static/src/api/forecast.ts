import type { ForecastOut, JsonObject } from "../contracts/api";
import { api, type CallOptions } from "./client";

/** What a run of the draft would cost and take; nothing is started. */
export const forecastGet = (workflowId: string, input: JsonObject, options?: CallOptions) =>
  api.post<ForecastOut>(`/workflows/${encodeURIComponent(workflowId)}/forecast`, { input }, options);
