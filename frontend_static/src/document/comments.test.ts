import { describe, expect, it } from "vitest";
import type { GraphDocument, NodeDoc } from "../contracts/document";
import { copyText, readFragment } from "./clipboard";
import { addComment, commentsOf, openComments, removeComment, setCommentDone } from "./comments";
import { mergeDocuments } from "./merge";
import type { DocumentStore } from "./store";
import { sampleDocument, sampleStore } from "./testing";

const opened = (): DocumentStore => sampleStore();
const a = (store: DocumentStore): NodeDoc => store.view.getState().nodes.get("ask") as NodeDoc;
const write = (store: DocumentStore, text: string, by = "Ada", at = "2026-01-01T10:00:00Z"): void => addComment(store, a(store), { text, by, at });

describe("comments on a node", () => {
  it("stand in the order in which they were written, and each is one step to undo", () => {
    const store = opened();
    write(store, "Why this model?");
    write(store, " It is cheap. ", "Alan", "2026-01-01T11:00:00Z");
    expect(commentsOf(a(store)).map(({ by, text }) => [by, text])).toEqual([
      ["Ada", "Why this model?"],
      ["Alan", "It is cheap."],
    ]);
    store.history.undo();
    expect(commentsOf(a(store))).toHaveLength(1);
    store.history.undo();
    expect("comments" in a(store)).toBe(false);
  });

  it("are done, opened again and removed", () => {
    const store = opened();
    write(store, "Why?");
    const [{ id } = { id: "" }] = commentsOf(a(store));
    setCommentDone(store, a(store), id, true);
    expect(openComments(a(store))).toBe(0);
    setCommentDone(store, a(store), id, false);
    expect(openComments(a(store))).toBe(1);
    removeComment(store, a(store), id);
    expect(commentsOf(a(store))).toEqual([]);
  });

  it("are left out of copies, and what is no comment is not shown", () => {
    const store = opened();
    write(store, "Between us.");
    const view = store.view.getState();
    expect(readFragment(copyText(view, new Set(["ask"])))?.nodes[0]).not.toHaveProperty("comments");
    expect(commentsOf({ comments: { x: "?", y: { text: 3 }, z: null } })).toEqual([]);
    expect(commentsOf({ comments: [{ text: "x" }] })).toEqual([]);
  });

  it("of two people come together without a conflict", () => {
    const base = sampleDocument();
    const one = (id: string): GraphDocument => ({ ...base, nodes: base.nodes.map((node) => ({ ...node, comments: { [id]: { text: id, by: id, at: id } } })) });
    const { conflicts, keepingMine } = mergeDocuments(base, one("mine"), one("theirs"));
    expect(conflicts).toEqual([]);
    expect(commentsOf(keepingMine.nodes[0] as NodeDoc).map(({ text }) => text)).toEqual(["mine", "theirs"]);
  });
});
