import { openDB, type IDBPDatabase } from "idb";
import type { Stash } from "./autosave";

const STORE = "unsaved";
let opened: Promise<IDBPDatabase> | undefined;

function database(): Promise<IDBPDatabase> {
  opened ??= openDB("graphapp", 1, {
    upgrade(db) {
      db.createObjectStore(STORE);
    },
  });
  return opened;
}

/** Unsaved work, by workflow, kept in the browser. Where it refuses storage there is nothing to keep, and no failure. */
export const stashes = {
  async keep(workflowId: string, stash: Stash): Promise<void> {
    await quietly(async (db) => void (await db.put(STORE, JSON.stringify(stash), workflowId)));
  },
  async find(workflowId: string): Promise<Stash | undefined> {
    const text = await quietly((db) => db.get(STORE, workflowId) as Promise<string | undefined>);
    return text === undefined ? undefined : (JSON.parse(text) as Stash);
  },
  async forget(workflowId: string): Promise<void> {
    await quietly((db) => db.delete(STORE, workflowId));
  },
};

async function quietly<Result>(work: (db: IDBPDatabase) => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work(await database());
  } catch {
    return undefined;
  }
}
