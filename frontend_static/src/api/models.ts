import type { CredentialIn, CredentialOut, DefaultModelsOut, ModelList, ProviderKinds } from "../contracts/api";
import { api, type CallOptions } from "./client";

const at = (id: string): string => `/credentials/${encodeURIComponent(id)}`;

export const modelList = (options?: CallOptions) => api.get<ModelList>("/models", options);

export const providerKinds = (options?: CallOptions) => api.get<ProviderKinds>("/provider-kinds", options);

export const credentialList = (options?: CallOptions) => api.get<{ items: CredentialOut[] }>("/credentials", options).then(({ items }) => items);

export const credentialGet = (id: string) => api.get<CredentialOut>(at(id));

export const credentialCreate = (body: CredentialIn) => api.post<CredentialOut>("/credentials", body);

export const credentialUpdate = (id: string, body: CredentialIn) => api.patch<CredentialOut>(at(id), body);

export const credentialDelete = (id: string) => api.delete(at(id));

export const credentialUses = (id: string) => api.get<{ items: { id: string; name: string }[] }>(`${at(id)}/uses`).then(({ items }) => items);

export const credentialTest = (id: string, model: string) => api.post<CredentialOut>(`${at(id)}/test`, { model });

export const defaultModelsGet = (options?: CallOptions) => api.get<DefaultModelsOut>("/default-models", options);

export const defaultModelsSet = (chosen: Record<string, string>) => api.put<DefaultModelsOut>("/default-models", chosen);
