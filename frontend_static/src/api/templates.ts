import type { TemplateOut } from "../contracts/api";
import { api, type CallOptions } from "./client";

/** Shipped workflows to begin from. */
export const templateList = (options?: CallOptions) => api.get<{ items: TemplateOut[] }>("/templates", options);
