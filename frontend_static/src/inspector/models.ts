import type { NodeDoc } from "../contracts/document";

/** The model that every installation has, and some that providers are often asked for. */
const OFTEN = ["local/smollm2", "openai/gpt-4o-mini", "openai/gpt-4o", "anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-flash", "mistral/mistral-small-latest", "ollama/llama3.2"];

/** Models to suggest: those this workflow uses, then the usual ones. */
export function knownModels(nodes: ReadonlyMap<string, NodeDoc>): string[] {
  const used = [...nodes.values()].map((node) => node.params.model).filter((model): model is string => typeof model === "string" && model !== "" && !model.includes("{{"));
  return [...new Set([...used, ...OFTEN])];
}
