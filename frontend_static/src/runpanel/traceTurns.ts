/** An agent's steps as turns: what its model said, and the calls that it asked for. */
import type { StepOut } from "../contracts/api";

export interface AskedCall {
  idx: number;
  name: string;
  /** The arguments in one line. */
  shown: string;
  /** Absent until it has begun. */
  step: StepOut | undefined;
}

export interface AgentTurn {
  said: StepOut;
  calls: AskedCall[];
}

interface Asked {
  name: string;
  arguments: string;
}

export function turnsOf(agent: string, steps: readonly StepOut[]): AgentTurn[] {
  const own = new Map(steps.filter((step) => step.agent === agent).map((step) => [step.idx, step]));
  const said = [...own.values()].filter(({ kind }) => kind === "llm").sort((a, b) => a.idx - b.idx);
  return said.map((step) => ({
    said: step,
    calls: askedIn(step).map((call, place) => {
      const made = own.get(step.idx + 1 + place);
      return { idx: step.idx + 1 + place, name: call.name, shown: made ? lineOf(made.input) : call.arguments, step: made };
    }),
  }));
}

function askedIn({ output }: StepOut): Asked[] {
  const calls = isRecord(output) ? output.tool_calls : null;
  return Array.isArray(calls) ? (calls as unknown[]).filter(isRecord).map((call) => ({ name: String(call.name), arguments: String(call.arguments) })) : [];
}

/** What a model wrote in a turn; empty where it only asked for tools. */
export function wordsOf({ output }: StepOut): string {
  return isRecord(output) && typeof output.text === "string" ? output.text : "";
}

/** The key under which an agent that was asked keeps its own steps. */
export const childOf = (agent: string, step: StepOut): string => `${agent}!${step.idx}/${step.name}`;

const lineOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? {}));

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
