import type { ModelOut } from "../contracts/api";
import type { NodeDoc } from "../contracts/document";

/** Models by role: whoever runs the workflow decides what they are. */
export const ROLES = [
  { name: "default/cheap", help: "Your cheap model" },
  { name: "default/good", help: "Your good model" },
  { name: "default/judge", help: "Your judge" },
];

/** Models that this workflow uses: suggested beside those that are set up. */
export function knownModels(nodes: ReadonlyMap<string, NodeDoc>): string[] {
  const used = [...nodes.values()].map((node) => node.params.model).filter((model): model is string => typeof model === "string" && model !== "" && !model.includes("{{"));
  return [...new Set(used)].filter((model) => !ROLES.some(({ name }) => name === model));
}

const size = (tokens: number): string => (tokens >= 1_000_000 ? `${+(tokens / 1_000_000).toFixed(1)}M` : `${Math.round(tokens / 1000)}k`);

/** What is known of a model, in one line: context, price in and out for a million tokens, and what it can do. */
export function factsOf(model: ModelOut): string {
  const prices = model.input_price === null || model.output_price === null ? "" : `$${model.input_price} in, $${model.output_price} out per 1M`;
  return [model.context_tokens ? `${size(model.context_tokens)} context` : "", prices, model.vision && "images", model.tools && "tools", model.schemas && "structured output"].filter(Boolean).join(" · ");
}
