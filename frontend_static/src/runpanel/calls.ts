/** What stands in the record of a call of a model. */
import type { Json, StepOut } from "../contracts/api";

const CALLS_OF_ATTEMPT = 1000;

export const attemptOf = ({ idx }: StepOut): number => Math.floor(idx / CALLS_OF_ATTEMPT);

/** Why it was made; empty for a node's first. */
export const reasonOf = ({ input }: StepOut): string => (isRecord(input) && typeof input.reason === "string" ? input.reason : "");

/** How many of the tokens sent the provider still knew. */
export const cachedOf = ({ output }: StepOut): number => (isRecord(output) && typeof output.cached_tokens === "number" ? output.cached_tokens : 0);

/** The prompt, and the answer if there is one. What was too long to show whole stays as it is. */
export function partsOf({ input, output, status }: StepOut): [Json, Json | undefined] {
  const prompt = isRecord(input) && input.prompt !== undefined ? input.prompt : input;
  if (status !== "succeeded") return [prompt, undefined];
  return [prompt, isRecord(output) && output.text !== undefined ? output.text : output];
}

const isRecord = (value: Json): value is Record<string, Json> => typeof value === "object" && value !== null && !Array.isArray(value);
