import type { Stash } from "./autosave";

const STORE = "unsaved";
const AT_ONCE = "graphapp.unsaved ";
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

export interface Kept {
  key: string;
  stash: Stash;
}

/**
 * Unsaved work, kept in the browser, each page's under a key of its own: two pages on one workflow must not overwrite each other's.
 * Where the browser refuses storage there is nothing to keep, and no failure.
 */
export const stashes = {
  async keep(key: string, stash: Stash): Promise<void> {
    await quietly("readwrite", (store) => store.put(JSON.stringify(stash), key));
  },
  /** Within the call, since a page that goes waits for nothing. False where there is no room. */
  keepAtOnce(key: string, stash: Stash): boolean {
    try {
      localStorage.setItem(AT_ONCE + key, JSON.stringify(stash));
      return true;
    } catch {
      return false;
    }
  },
  /** All that pages have left of a workflow, what was written last for each of them. */
  async left(workflowId: string): Promise<Kept[]> {
    const isOf = (key: string): boolean => key === workflowId || key.startsWith(`${workflowId}/`);
    const texts = new Map<string, string>();
    const keys = ((await quietly("readonly", (store) => store.getAllKeys())) ?? []) as IDBValidKey[];
    for (const key of keys.map(String).filter(isOf)) {
      const text: unknown = await quietly("readonly", (store) => store.get(key));
      if (typeof text === "string") texts.set(key, text);
    }
    for (const name of namesAtOnce()) if (isOf(name)) texts.set(name, localStorage.getItem(AT_ONCE + name) ?? "");
    return [...texts].flatMap(([key, text]) => {
      const stash = read(text);
      return stash ? [{ key, stash }] : [];
    });
  },
  async forget(key: string): Promise<void> {
    try {
      localStorage.removeItem(AT_ONCE + key);
    } catch {
      // Then nothing was written either.
    }
    await quietly("readwrite", (store) => store.delete(key));
  },
};

function namesAtOnce(): string[] {
  try {
    return Object.keys(localStorage).flatMap((name) => (name.startsWith(AT_ONCE) ? [name.slice(AT_ONCE.length)] : []));
  } catch {
    return [];
  }
}

function read(text: string): Stash | undefined {
  try {
    return JSON.parse(text) as Stash;
  } catch {
    return undefined;
  }
}

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
