import type { Json, JsonObject } from "../contracts/api";

/** Small things kept in this browser. A full or forbidden storage loses them without a word: none of them matters. */
export function recall(key: string): Json {
  try {
    return JSON.parse(localStorage.getItem(`graphapp.${key}`) ?? "null") as Json;
  } catch {
    return null;
  }
}

export function remember(key: string, value: Json): void {
  try {
    localStorage.setItem(`graphapp.${key}`, JSON.stringify(value));
  } catch {
    return;
  }
}

export function recallInput(workflowId: string): JsonObject | null {
  const value = recall(`start.${workflowId}`);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
}

export function rememberInput(workflowId: string, input: JsonObject): void {
  remember(`start.${workflowId}`, input);
}
