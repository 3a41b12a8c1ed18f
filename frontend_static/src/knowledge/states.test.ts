import { describe, expect, it } from "vitest";
import type { KnowledgeBase, KnowledgeDocument } from "../contracts/api";
import { contentsOf, factsOf, formatBytes, stateOf } from "./states";

const document = (more: Partial<KnowledgeDocument>): KnowledgeDocument => ({
  id: "d", name: "a.pdf", kind: "pdf", source_url: "", size_bytes: 2048, status: "waiting", fault: null, is_searched: false, pages_read: 0,
  pages_total: 0, passages_done: 0, passages_total: 0, notes: [], created_at: "", indexed_at: null, ...more,
});

describe("the state of a document", () => {
  it("says what happens and how far it is", () => {
    expect(stateOf(document({}))).toEqual({ word: "Waiting", tone: "neutral", share: null, isUnderWay: true });
    expect(stateOf(document({ status: "reading", pages_read: 5, pages_total: 20 }))).toEqual({ word: "Reading page 5 of 20", tone: "accent", share: 0.25, isUnderWay: true });
    expect(stateOf(document({ status: "reading" })).share).toBeNull();
    expect(stateOf(document({ status: "embedding", passages_done: 3, passages_total: 4 })).share).toBe(0.75);
    expect(stateOf(document({ status: "ready" }))).toEqual({ word: "Ready", tone: "ok", share: null, isUnderWay: false });
    expect(stateOf(document({ status: "failed" })).tone).toBe("fail");
  });

  it("is not simply ready when something was left out", () => {
    expect(stateOf(document({ status: "ready", notes: ["Read 5 of 9 pages."] })).word).toBe("Ready, in part");
  });

  it("is told with what the document is", () => {
    expect(factsOf(document({ status: "ready", pages_total: 1, passages_total: 12 }))).toBe("PDF · 2 KB · 1 page · 12 passages");
    expect(factsOf(document({ kind: "", size_bytes: 0, source_url: "https://x" }))).toBe("Address");
    expect([formatBytes(10), formatBytes(5 * 1024 * 1024)]).toEqual(["10 B", "5.0 MB"]);
  });
});

describe("a knowledge base", () => {
  it("is told by its documents", () => {
    const base = { documents: 3, under_way: 1, failed: 1 } as KnowledgeBase;
    expect(contentsOf(base)).toBe("3 documents · 1 being indexed · 1 failed");
    expect(contentsOf({ ...base, documents: 0 })).toBe("Empty");
  });
});
