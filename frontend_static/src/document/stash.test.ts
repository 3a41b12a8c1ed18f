import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { stashes } from "./stash";
import { sampleDocument } from "./testing";

describe("unsaved work in the browser", () => {
  it("is found until it is forgotten", async () => {
    const stash = { base: sampleDocument(), revision: 3, document: sampleDocument() };
    await expect(stashes.find("w")).resolves.toBeUndefined();
    await stashes.keep("w", stash);
    await expect(stashes.find("w")).resolves.toEqual(stash);
    await expect(stashes.find("other")).resolves.toBeUndefined();
    await stashes.forget("w");
    await expect(stashes.find("w")).resolves.toBeUndefined();
  });
});
