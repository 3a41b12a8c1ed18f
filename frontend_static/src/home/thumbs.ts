import { nodeTypesGet } from "../api/me";
import { draftGet } from "../api/workflows";
import { outlineOf, type Outline } from "./outline";

export interface Thumb {
  outline: Outline;
  /** Category by node type, for the colour of the boxes. */
  categories: ReadonlyMap<string, string>;
}

interface Types {
  node_types: { name: string; category: string }[];
}

const AT_ONCE = 3;
const known = new Map<string, Promise<Thumb | null>>();
const queue: (() => void)[] = [];
let running = 0;
let types: Promise<ReadonlyMap<string, string>> | null = null;

/** The outline of a workflow's draft as of a revision. Asked once, a few at a time; a failure only leaves the picture out. */
export function thumbOf(workflowId: string, revision: number): Promise<Thumb | null> {
  const key = `${workflowId} ${revision}`;
  const thumb = known.get(key) ?? inTurn(() => load(workflowId));
  known.set(key, thumb);
  return thumb;
}

async function load(workflowId: string): Promise<Thumb | null> {
  try {
    const [draft, categories] = await Promise.all([draftGet(workflowId), categoriesByType()]);
    const outline = outlineOf(draft.document);
    return outline && { outline, categories };
  } catch {
    return null;
  }
}

export function categoriesByType(): Promise<ReadonlyMap<string, string>> {
  types ??= nodeTypesGet<Types>().then((contract) => new Map(contract.node_types.map((type) => [type.name, type.category])));
  types.catch(() => (types = null));
  return types;
}

async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    queue.shift()?.();
  }
}
