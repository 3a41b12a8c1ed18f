import type { Stash } from "./autosave";

const STORE = "unsaved";
let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("graphapp", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB did not open."));
  });
  return opened;
}

/** Unsaved work, by workflow, kept in the browser. Where it refuses storage there is nothing to keep, and no failure. */
export const stashes = {
  async keep(workflowId: string, stash: Stash): Promise<void> {
    await quietly("readwrite", (store) => store.put(JSON.stringify(stash), workflowId));
  },
  async find(workflowId: string): Promise<Stash | undefined> {
    const text: unknown = await quietly("readonly", (store) => store.get(workflowId));
    return typeof text === "string" ? (JSON.parse(text) as Stash) : undefined;
  },
  async forget(workflowId: string): Promise<void> {
    await quietly("readwrite", (store) => store.delete(workflowId));
  },
};

async function quietly(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  try {
    const store = (await database()).transaction(STORE, mode).objectStore(STORE);
    return await new Promise((resolve, reject) => {
      const request = work(store);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("IndexedDB refused."));
    });
  } catch {
    return undefined;
  }
}
