import type { MeOut } from "../contracts/api";
import { api, type CallOptions } from "./client";

export const meGet = (options?: CallOptions) => api.get<MeOut>("/me", options);

/** The catalogue of node types; its shape is the canvas's own contract, so the caller names it. */
export const nodeTypesGet = <Catalogue>(options?: CallOptions) => api.get<Catalogue>("/node-types", options);
