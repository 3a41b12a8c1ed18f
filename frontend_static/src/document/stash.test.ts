import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { stashes } from "./stash";
import { sampleDocument } from "./testing";

const memory = new Map<string, string>();

beforeEach(() => {
  memory.clear();
  const store = { getItem: (name: string) => memory.get(name) ?? null, setItem: (name: string, text: string) => memory.set(name, text), removeItem: (name: string) => memory.delete(name) };
  const keys = { ownKeys: () => [...memory.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) };
  Object.defineProperty(globalThis, "localStorage", { configurable: true, value: new Proxy(store, keys) });
});

const stash = (revision: number) => ({ base: sampleDocument(), revision, document: sampleDocument() });

describe("unsaved work in the browser", () => {
  it("is found until it is forgotten, by workflow, for each page by itself", async () => {
    await expect(stashes.left("w")).resolves.toEqual([]);
    await stashes.keep("w/one", stash(3));
    await stashes.keep("w/two", stash(4));
    await stashes.keep("w2/one", stash(5));
    const left = await stashes.left("w");
    expect(left.map(({ key, stash: { revision } }) => [key, revision])).toEqual([["w/one", 3], ["w/two", 4]]);
    await stashes.forget("w/one");
    await expect(stashes.left("w")).resolves.toHaveLength(1);
  });

  it("is what was written last where a page kept it as it went", async () => {
    await stashes.keep("v/one", stash(1));
    expect(stashes.keepAtOnce("v/one", stash(2))).toBe(true);
    expect((await stashes.left("v")).map(({ stash: { revision } }) => revision)).toEqual([2]);
    await stashes.forget("v/one");
    await expect(stashes.left("v")).resolves.toEqual([]);
  });

  it("says so where there is no room", () => {
    Object.defineProperty(globalThis, "localStorage", { configurable: true, value: { setItem: () => { throw new Error("QuotaExceededError"); } } });
    expect(stashes.keepAtOnce("v/one", stash(2))).toBe(false);
  });
});
