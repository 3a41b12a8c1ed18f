import { describe, expect, it } from "vitest";
import { connect, insert, move, newNode, remove, setNodeKey, setParam } from "./commands";
import { renameId } from "./rename";
import { replaceDocument } from "./replace";
import { CATALOGUE, sampleDocument, sampleStore } from "./testing";
import { fillDoc, nodeFromY, nodesOf, orderedIds } from "./ydoc";
import * as Y from "yjs";

describe("the document and its shared form", () => {
  it("survives a round trip with unknown keys and in order", () => {
    expect(sampleStore().toJson()).toEqual(sampleDocument());
  });

  it("reads back from the shared form what was put in", () => {
    const doc = new Y.Doc();
    fillDoc(doc, sampleDocument(), () => true);
    const nodes = orderedIds(nodesOf(doc)).map((id) => nodeFromY(id, nodesOf(doc).get(id) as Y.Map<unknown>));
    expect(nodes).toEqual(sampleDocument().nodes);
  });

  it("keeps the identity of elements that did not change", () => {
    const store = sampleStore();
    const before = store.view.getState();
    setParam(store, "ask", "prompt", "Say hello");
    const after = store.view.getState();
    expect(after.nodes.get("ask")?.params.prompt).toBe("Say hello");
    expect(after.nodes.get("out")).toBe(before.nodes.get("out"));
    expect(after.edges).toBe(before.edges);
  });

  it("reads of a node that was moved only where it stands, and the same as if it were read anew", () => {
    const store = sampleStore();
    const before = store.view.getState().nodes.get("ask");
    move(store, [["ask", { x: 7, y: 8 }]]);
    const after = store.view.getState().nodes.get("ask");
    expect(after?.params).toBe(before?.params);
    expect(after).toEqual(nodeFromY("ask", nodesOf(store.doc).get("ask") as Y.Map<unknown>));
    setNodeKey(store, "ask", "colour", undefined);
    store.history.act(() => {
      setNodeKey(store, "ask", "name", "Both");
      setParam(store, "ask", "model", "n");
    });
    expect(store.view.getState().nodes.get("ask")).toEqual(nodeFromY("ask", nodesOf(store.doc).get("ask") as Y.Map<unknown>));
  });

  it("never shows an edge whose node is gone", () => {
    const store = sampleStore();
    const seen: boolean[] = [];
    store.view.subscribe(({ nodes, edges }) => seen.push([...edges.values()].every((edge) => nodes.has(edge.source) && nodes.has(edge.target))));
    remove(store, ["ask"]);
    store.history.undo();
    expect(seen).not.toContain(false);
  });

  it("becomes equal to another document, and that can be undone", () => {
    const store = sampleStore();
    const next = sampleDocument();
    next.nodes = next.nodes.filter((node) => node.id !== "out").map((node) => ({ ...node, name: `${node.id}!` }));
    next.edges = next.edges.slice(0, 1);
    replaceDocument(store, next, "local");
    expect(store.toJson()).toEqual(next);
    store.history.undo();
    expect(store.toJson()).toEqual(sampleDocument());
  });
});

describe("undo", () => {
  it("takes back one action a step", () => {
    const store = sampleStore();
    move(store, [["ask", { x: 1, y: 1 }], ["out", { x: 2, y: 2 }]]);
    setNodeKey(store, "ask", "name", "Answer");
    store.history.undo();
    expect(store.view.getState().nodes.get("ask")).toMatchObject({ name: "Ask", position: { x: 1, y: 1, z: 4 } });
    store.history.undo();
    expect(store.toJson()).toEqual(sampleDocument());
    expect(store.view.getState().canUndo).toBe(false);
    store.history.redo();
    store.history.redo();
    expect(store.view.getState().nodes.get("ask")?.name).toBe("Answer");
  });

  it("takes back typing in one field as one step, and a pause starts a new one", () => {
    let now = 1_000_000_000_000;
    const store = sampleStore(() => now);
    for (const text of ["A", "As", "Ask"]) {
      setParam(store, "ask", "prompt", text);
      now += 100;
    }
    now += 600;
    setParam(store, "ask", "prompt", "Ask more");
    store.history.undo();
    expect(store.view.getState().nodes.get("ask")?.params.prompt).toBe("Ask");
    store.history.undo();
    expect(store.view.getState().nodes.get("ask")?.params.prompt).toBe("Say {{ start.question }}");
  });

  it("does not mix quick changes of two fields", () => {
    const store = sampleStore(() => 1_000_000_000_000);
    setParam(store, "ask", "prompt", "A");
    setParam(store, "ask", "model", "n");
    store.history.undo();
    expect(store.view.getState().nodes.get("ask")?.params).toEqual({ prompt: "A", model: "m" });
  });

  it("leaves alone what others did", () => {
    const store = sampleStore();
    setNodeKey(store, "ask", "name", "Mine");
    const theirs = store.toJson();
    theirs.nodes = theirs.nodes.map((node) => (node.id === "out" ? { ...node, name: "Theirs" } : node));
    replaceDocument(store, theirs, "remote");
    store.history.undo();
    expect(store.view.getState().nodes.get("ask")?.name).toBe("Ask");
    expect(store.view.getState().nodes.get("out")?.name).toBe("Theirs");
  });
});

describe("deleting", () => {
  it("joins the neighbours of a node with one way in and one way out", () => {
    const store = sampleStore();
    remove(store, ["ask"]);
    const edges = [...store.view.getState().edges.values()];
    expect(edges).toHaveLength(1);
    expect(edges[0]).toMatchObject({ source: "start", source_port: "out", target: "out", target_port: "in" });
    store.history.undo();
    expect(store.toJson()).toEqual(sampleDocument());
  });

  it("does not join ports that do not fit", () => {
    const store = sampleStore();
    const count = newNode(store, CATALOGUE.latest("count")!, { x: 0, y: 0 });
    insert(store, [count]);
    connect(store, { source: "ask", source_port: "out", target: count.id, target_port: "in" });
    remove(store, ["out"]);
    remove(store, ["ask"]);
    expect(store.view.getState().edges.size).toBe(0);
  });
});

describe("renaming an id", () => {
  it("rewrites edges and references in one step", () => {
    const store = sampleStore();
    renameId(store, "ask", "answer");
    const { nodes, edges } = store.view.getState();
    expect([...nodes.keys()]).toEqual(["start", "answer", "out"]);
    expect(nodes.get("out")?.params.value).toBe("{{ answer.text }} and {{answer}}");
    expect(edges.get("e2")?.source).toBe("answer");
    store.history.undo();
    expect(store.toJson()).toEqual(sampleDocument());
  });
});
