import type { CredentialSettings, ProviderKind } from "../contracts/api";

export type SettingKey = keyof CredentialSettings;

interface Word {
  label: string;
  help: string;
  placeholder: string;
}

const WORDS: Record<SettingKey, Word> = {
  base_url: { label: "Address", help: "A private address works once whoever runs this installation has listed it.", placeholder: "https://host/v1" },
  api_version: { label: "API version", help: "Empty: a current one.", placeholder: "2024-10-21" },
  deployment: { label: "Deployment", help: "The one to test with. A model is named name/deployment.", placeholder: "gpt-4o" },
  region: { label: "Region", help: "", placeholder: "us-east-1" },
  access_key_id: { label: "Access key id", help: "Empty: the key is a Bedrock API key.", placeholder: "AKIA…" },
  username: { label: "User name", help: "", placeholder: "" },
  field: { label: "Name of the header or parameter", help: "", placeholder: "X-API-Key" },
};

const PRIVATE = "A private address works once whoever runs this installation has listed it.";

/** Where a family's servers are is asked in its own words. */
const ADDRESSES: Record<string, Partial<Word>> = {
  azure: { label: "Endpoint", help: "Of the resource, under Keys and Endpoint, without a path.", placeholder: "https://name.openai.azure.com" },
  bedrock: { help: "Empty: the one of the region.", placeholder: "https://bedrock-runtime.us-east-1.amazonaws.com" },
  ollama: { help: `Empty: http://127.0.0.1:11434/v1. ${PRIVATE}`, placeholder: "http://127.0.0.1:11434/v1" },
  vllm: { help: `Of the server, with /v1. ${PRIVATE}`, placeholder: "http://gpu-server:8000/v1" },
};

export const wordOf = (key: SettingKey, provider: string): Word => ({ ...WORDS[key], ...(key === "base_url" && ADDRESSES[provider]) });

/** What a kind of credential asks for besides its key. */
export function settingsOf(kind: "model" | "http", provider: string, family: ProviderKind | undefined): { key: SettingKey; isRequired: boolean }[] {
  if (kind === "model") return (family?.fields ?? []).map((field) => ({ key: field as SettingKey, isRequired: family?.required.includes(field) ?? false }));
  if (provider === "basic") return [{ key: "username", isRequired: true }];
  return provider === "header" || provider === "query" ? [{ key: "field", isRequired: true }] : [];
}

/** A name that is not taken: `openai`, then `openai-2`. */
export function freeName(wish: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wish : `${wish}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
