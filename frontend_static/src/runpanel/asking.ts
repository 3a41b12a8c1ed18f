import type { Json, NodeRunDetailOut, StartField } from "../contracts/api";

export interface Request {
  message: string;
  fields: StartField[];
  buttons: { port: string; label: string }[];
  /** Whose answer counts besides the owner's; empty: whoever edits the workflow. Questions about budgets have no such list. */
  who?: string[];
  escalate_to?: string[];
}

/** Reasons of waiting for an answer: of a person, about the budget, or about work that was lost. */
export const ASKING: ReadonlySet<string> = new Set(["approval", "budget", "uncertain"]);

/** What a waiting node run asks, or nothing for any other one. */
export function requestOf(detail: NodeRunDetailOut | null): Request | null {
  const output = detail?.status === "waiting" && ASKING.has(detail.reason) ? (detail.output as Json) : null;
  const request = typeof output === "object" && output !== null && !Array.isArray(output) ? output.request : null;
  return typeof request === "object" && request !== null && !Array.isArray(request) ? (request as unknown as Request) : null;
}
