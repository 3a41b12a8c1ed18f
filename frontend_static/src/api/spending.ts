import type { SpendingOut } from "../contracts/api";
import { api, type CallOptions } from "./client";

export interface SpendingQuery {
  first: string;
  last: string;
  workflow: string | null;
}

export const spendingGet = (query: SpendingQuery, options: CallOptions = {}) => api.get<SpendingOut>("/spending", { ...options, query: { ...query } });
