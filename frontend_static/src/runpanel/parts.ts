import { createStore } from "zustand/vanilla";

export type Part = "output" | "input" | "attempts" | "logs" | "calls";

/** What is looked at of a node's run; the same of the next node that is selected. Agents begin with what they did. */
export const partStore = createStore<{ part: Part; ofAgent: Part | "trace" }>(() => ({ part: "output", ofAgent: "trace" }));
