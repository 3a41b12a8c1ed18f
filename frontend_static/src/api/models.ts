import type { CredentialIn, CredentialOut, DefaultModelsOut, ModelList, ProviderKinds } from "../contracts/api";
import { api, type CallOptions } from "./client";

const at = (id: string): string => `/credentials/${encodeURIComponent(id)}`;

export const modelList = ({ team, ...options }: CallOptions & { team?: string | null } = {}) => api.get<ModelList>("/models", { ...options, query: { team } });

export const providerKinds = (options?: CallOptions) => api.get<ProviderKinds>("/provider-kinds", options);

export const credentialList = ({ team, ...options }: CallOptions & { team?: string | null } = {}) => api.get<{ items: CredentialOut[] }>("/credentials", { ...options, query: { team } }).then(({ items }) => items);

export const credentialGet = (id: string) => api.get<CredentialOut>(at(id));

export const credentialCreate = (body: CredentialIn) => api.post<CredentialOut>("/credentials", body);

export const credentialUpdate = (id: string, body: CredentialIn) => api.patch<CredentialOut>(at(id), body);

export const credentialDelete = (id: string) => api.delete(at(id));

export const credentialUses = (id: string) => api.get<{ items: { id: string; name: string }[] }>(`${at(id)}/uses`).then(({ items }) => items);

export const credentialTest = (id: string, model: string) => api.post<CredentialOut>(`${at(id)}/test`, { model });

export const defaultModelsGet = ({ team, ...options }: CallOptions & { team?: string | null } = {}) => api.get<DefaultModelsOut>("/default-models", { ...options, query: { team } });

export const defaultModelsSet = (chosen: Record<string, string>, team: string | null) => api.put<DefaultModelsOut>("/default-models", chosen, { query: { team } });
