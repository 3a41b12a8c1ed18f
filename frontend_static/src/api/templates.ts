import type { KnowledgeBase, TemplateOut, WorkflowOut } from "../contracts/api";
import { api, type CallOptions } from "./client";
import { baseList } from "./knowledge";

/** Shipped workflows to begin from. */
export const templateList = (options?: CallOptions) => api.get<{ items: TemplateOut[] }>("/templates", options);

/** Make a workflow from one, with the knowledge that it brings along. */
export const templateOpen = (key: string, values: { name: string; description: string; team?: string | null }) =>
  api.post<WorkflowOut>(`/templates/${encodeURIComponent(key)}/workflows`, values);

const LOOK_EVERY_MS = 400;
const LONGEST_MS = 30_000;

/** Wait until a template's documents can be searched, telling how many can; ends early on abort, and after half a minute. */
export async function indexed(template: TemplateOut, onProgress: (ready: number, documents: number) => void, signal: AbortSignal): Promise<void> {
  const keys = new Set(template.knowledge.map(({ key }) => key));
  const sum = (bases: readonly KnowledgeBase[], of: "ready" | "documents" | "under_way") => bases.reduce((total, base) => total + base[of], 0);
  const began = Date.now();
  while (!signal.aborted && Date.now() - began < LONGEST_MS) {
    const bases = (await baseList({ signal })).items.filter(({ kit }) => keys.has(kit));
    if (sum(bases, "under_way") === 0) return;
    onProgress(sum(bases, "ready"), sum(bases, "documents"));
    await new Promise((done) => window.setTimeout(done, LOOK_EVERY_MS));
  }
}
