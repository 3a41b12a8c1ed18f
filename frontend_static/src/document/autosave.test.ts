import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GraphDocument } from "../contracts/document";
import { Autosave, type AutosavePorts, type Stash } from "./autosave";
import { mergeDocuments } from "./merge";
import { renamedIn } from "./rename";
import { CATALOGUE, sampleDocument } from "./testing";

const named = (names: Record<string, string>, base = sampleDocument()): GraphDocument => ({
  ...base,
  nodes: base.nodes.map((node) => ({ ...node, name: names[node.id] ?? node.name })),
});

function setup(revision = 1) {
  let document = sampleDocument();
  let stash: Stash | undefined;
  const saved: { document: GraphDocument; revision: number }[] = [];
  const answers: (() => Promise<{ revision: number }>)[] = [];
  const ports: AutosavePorts = {
    save: (sent, at) => {
      saved.push({ document: sent, revision: at });
      return answers.shift()?.() ?? Promise.resolve({ revision: at + 1 });
    },
    failure: (thrown) => thrown as { status: number; message: string },
    read: () => document,
    replace: (next) => {
      document = next;
    },
    keep: async (kept) => {
      stash = kept;
    },
    keepAtOnce: (kept) => {
      stash = kept;
      return true;
    },
    forget: async () => {
      stash = undefined;
    },
    rename: (json, from, to) => renamedIn(json, CATALOGUE, from, to),
    landed: vi.fn(),
    merged: vi.fn(),
  };
  const autosave = new Autosave(ports, sampleDocument(), revision);
  const edit = (next: GraphDocument): void => {
    document = next;
    autosave.changed();
  };
  return { autosave, ports, saved, answers, edit, read: () => document, stash: () => stash, kind: () => autosave.state.getState().kind };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const refuse = (failure: object) => () => Promise.reject(failure);

describe("autosave", () => {
  it("saves once, half a second after the last change", async () => {
    const t = setup();
    t.edit(named({ ask: "A" }));
    await vi.advanceTimersByTimeAsync(400);
    t.edit(named({ ask: "B" }));
    await vi.advanceTimersByTimeAsync(499);
    expect(t.saved).toHaveLength(0);
    expect(t.kind()).toBe("pending");
    await vi.advanceTimersByTimeAsync(1);
    expect(t.saved).toHaveLength(1);
    expect(t.kind()).toBe("saved");
    expect(t.autosave.savedRevision).toBe(2);
    expect(t.stash()).toBeUndefined();
  });

  it("has one save in flight and sends what changed meanwhile afterwards", async () => {
    const t = setup();
    let land = (_saved: { revision: number }): void => undefined;
    t.answers.push(() => new Promise((resolve) => (land = resolve)));
    t.edit(named({ ask: "A" }));
    await vi.advanceTimersByTimeAsync(500);
    t.edit(named({ ask: "B" }));
    await vi.advanceTimersByTimeAsync(2000);
    expect(t.saved).toHaveLength(1);
    expect(t.autosave.hasUnsaved).toBe(true);
    land({ revision: 2 });
    await vi.advanceTimersByTimeAsync(600);
    expect(t.saved.map((save) => save.revision)).toEqual([1, 2]);
    expect(t.kind()).toBe("saved");
  });

  it("keeps a copy while the server cannot be reached, and tries again", async () => {
    const t = setup();
    t.answers.push(refuse({ status: 0, message: "down" }), refuse({ status: 503, message: "down" }));
    t.edit(named({ ask: "A" }));
    await vi.advanceTimersByTimeAsync(500);
    expect(t.kind()).toBe("offline");
    expect(t.stash()?.document.nodes[1]?.name).toBe("A");
    await vi.advanceTimersByTimeAsync(2000 + 4000);
    expect(t.saved).toHaveLength(3);
    expect(t.kind()).toBe("saved");
  });

  it("says so when the server refuses, and tries again with the next change only", async () => {
    const t = setup();
    t.answers.push(refuse({ status: 422, message: "too large" }));
    t.edit(named({ ask: "A" }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(t.autosave.state.getState()).toEqual({ kind: "refused", message: "too large" });
    expect(t.saved).toHaveLength(1);
    expect(t.autosave.hasUnsaved).toBe(true);
    t.edit(named({ ask: "B" }));
    await vi.advanceTimersByTimeAsync(500);
    expect(t.kind()).toBe("saved");
  });

  it("brings changes of different nodes together by itself", async () => {
    const t = setup();
    t.answers.push(refuse({ status: 409, message: "", current: { revision: 7, document: named({ out: "Theirs" }) } }));
    t.edit(named({ ask: "Mine" }));
    await vi.advanceTimersByTimeAsync(600);
    expect(t.ports.merged).toHaveBeenCalledOnce();
    expect(t.saved[1]).toMatchObject({ revision: 7, document: named({ ask: "Mine", out: "Theirs" }) });
    expect(t.kind()).toBe("saved");
  });

  it.each(["mine", "theirs"] as const)("asks when both changed one node, and then keeps %s", async (choice) => {
    const t = setup();
    t.answers.push(refuse({ status: 409, message: "", current: { revision: 7, document: named({ ask: "Theirs", out: "Also" }) } }));
    t.edit(named({ ask: "Mine", start: "Begin" }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(t.kind()).toBe("conflict");
    expect(t.saved).toHaveLength(1);
    t.autosave.resolve(new Map([["node ask", choice]]));
    await vi.advanceTimersByTimeAsync(600);
    const name = choice === "mine" ? "Mine" : "Theirs";
    expect(t.saved[1]).toMatchObject({ revision: 7, document: named({ ask: name, start: "Begin", out: "Also" }) });
  });

  it("takes up what an earlier visit could not send", async () => {
    const t = setup(3);
    t.autosave.restore({ base: sampleDocument(), revision: 3, document: named({ ask: "Earlier" }) });
    await vi.advanceTimersByTimeAsync(500);
    expect(t.saved[0]).toMatchObject({ revision: 3, document: named({ ask: "Earlier" }) });
  });

  it("merges what an earlier visit could not send into what others saved since", async () => {
    const t = setup(9);
    const old = named({ out: "Before" });
    t.autosave.restore({ base: old, revision: 3, document: named({ ask: "Earlier", out: "Before" }) });
    await vi.advanceTimersByTimeAsync(500);
    expect(t.saved[0]).toMatchObject({ revision: 9, document: named({ ask: "Earlier" }) });
  });

  it("takes in what another page saved, and merges it where there is work of its own", async () => {
    const t = setup();
    t.autosave.received({ revision: 4, document: named({ out: "Theirs" }) });
    expect([t.read(), t.kind(), t.autosave.savedRevision]).toEqual([named({ out: "Theirs" }), "saved", 4]);
    t.autosave.received({ revision: 3, document: named({ out: "Late" }) });
    expect(t.autosave.savedRevision).toBe(4);
    t.edit(named({ out: "Theirs", ask: "Mine" }));
    t.autosave.received({ revision: 5, document: named({ out: "Theirs", start: "Begin" }) });
    await vi.advanceTimersByTimeAsync(600);
    expect(t.saved).toEqual([{ revision: 5, document: named({ out: "Theirs", start: "Begin", ask: "Mine" }) }]);
    expect(t.ports.landed).toHaveBeenLastCalledWith({ revision: 6, document: t.saved[0]?.document });
  });

  it("keeps within one call what is not saved, and says where that does not work", () => {
    const t = setup();
    expect(t.autosave.keepAtOnce()).toBe(true);
    expect(t.stash()).toBeUndefined();
    t.edit(named({ ask: "A" }));
    expect(t.autosave.keepAtOnce()).toBe(true);
    expect(t.stash()?.document).toEqual(named({ ask: "A" }));
    t.ports.keepAtOnce = () => false;
    expect(t.autosave.keepAtOnce()).toBe(false);
  });

  it("brings back what was undone while a save was under way whose answer the page did not hear", async () => {
    const t = setup();
    const underWay = named({ ask: "Under way" });
    t.answers.push(() => new Promise(() => undefined));
    t.edit(underWay);
    await vi.advanceTimersByTimeAsync(500);
    t.edit(sampleDocument());
    t.autosave.keepAtOnce();
    const left = t.stash() as Stash;
    t.ports.replace(underWay, "remote");
    expect(new Autosave(t.ports, underWay, 2).restore(left)).toBe(true);
    expect(t.read()).toEqual(sampleDocument());
  });

  it("takes up what several earlier visits could not send", async () => {
    const t = setup(3);
    expect(t.autosave.restore({ base: sampleDocument(), revision: 3, document: sampleDocument() })).toBe(false);
    expect(t.autosave.restore({ base: sampleDocument(), revision: 3, document: named({ ask: "One" }) })).toBe(true);
    expect(t.autosave.restore({ base: sampleDocument(), revision: 3, document: named({ out: "Two" }) })).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    expect(t.saved[0]?.document).toEqual(named({ ask: "One", out: "Two" }));
  });

  it("flushes at once", async () => {
    const t = setup();
    t.edit(named({ ask: "A" }));
    await expect(t.autosave.flush()).resolves.toBe(true);
    expect(t.saved).toHaveLength(1);
  });
});

describe("merging", () => {
  it("drops edges to nodes that the other side deleted, and names conflicts", () => {
    const base = sampleDocument();
    const mine = { ...base, nodes: base.nodes.filter((node) => node.id !== "out"), edges: base.edges.slice(0, 1) };
    const theirs = named({ out: "Kept" });
    theirs.edges = [...theirs.edges, { id: "e3", source: "start", source_port: "out", target: "out", target_port: "in" }];
    const merge = mergeDocuments(base, mine, theirs);
    expect(merge.conflicts).toEqual([{ key: "node out", kind: "node", id: "out", name: "Kept", mine: "deleted", theirs: "changed", fields: [] }]);
    expect(merge.keepingMine.edges.map((edge) => edge.id)).toEqual(["e1"]);
    expect(merge.takingTheirs.nodes).toHaveLength(3);
  });

  const changed = (id: string, change: object): GraphDocument => {
    const base = sampleDocument();
    return { ...base, nodes: base.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)) };
  };

  it("brings different fields of one node together", () => {
    const [base, ask] = [sampleDocument(), sampleDocument().nodes[1]];
    const mine = changed("ask", { params: { ...ask?.params, prompt: "Mine" }, position: { x: 1, y: 2 } });
    const theirs = changed("ask", { params: { prompt: ask?.params.prompt ?? "" }, name: "Theirs" });
    const merge = mergeDocuments(base, mine, theirs);
    expect(merge.conflicts).toEqual([]);
    expect(merge.keepingMine.nodes[1]).toEqual({ ...ask, params: { prompt: "Mine" }, position: { x: 1, y: 2 }, name: "Theirs" });
  });

  it("keeps an empty group of a node", () => {
    const merge = mergeDocuments(changed("ask", { params: { a: 1, b: 2 } }), changed("ask", { params: { b: 2 } }), changed("ask", { params: { a: 1 } }));
    expect(merge.keepingMine.nodes[1]?.params).toEqual({});
  });

  it("shows what both changed, and keeps both where asked", () => {
    const merge = mergeDocuments(sampleDocument(), named({ ask: "Mine", out: "M" }), named({ ask: "Theirs", out: "T" }));
    expect(merge.conflicts.map(({ key, fields }) => [key, fields])).toEqual([
      ["node ask", [{ field: "name", mine: "Mine", theirs: "Theirs" }]],
      ["node out", [{ field: "name", mine: "M", theirs: "T" }]],
    ]);
    const settled = merge.settle(new Map([["node ask", "both"], ["node out", "theirs"]]));
    expect(settled.nodes.map(({ id, name }) => [id, name])).toEqual([["start", ""], ["ask", "Mine"], ["out", "T"], ["ask_2", "Theirs"]]);
    expect(settled.nodes[3]?.position).toMatchObject({ x: 340, y: 40 });
  });

  it("gives a new node of mine another id where theirs has it by chance", () => {
    const base = sampleDocument();
    const node = (name: string) => ({ ...(base.nodes[2] as GraphDocument["nodes"][number]), id: "set", type: "set", name });
    const edge = (id: string) => ({ id, source: "ask", source_port: "out", target: "set", target_port: "in" });
    const mine = { ...base, nodes: [...base.nodes, node("Mine"), { ...node("After"), id: "after", params: { value: "{{ set.a }}" } }], edges: [...base.edges, edge("m")] };
    const theirs = { ...base, nodes: [...base.nodes, node("Theirs")], edges: [...base.edges, edge("t")] };
    const { conflicts, keepingMine } = mergeDocuments(base, mine, theirs, (json, from, to) => renamedIn(json, CATALOGUE, from, to));
    expect(conflicts).toEqual([]);
    expect(keepingMine.nodes.slice(3).map(({ id, name }) => [id, name])).toEqual([["set_2", "Mine"], ["after", "After"], ["set", "Theirs"]]);
    expect(keepingMine.nodes[4]?.params).toEqual({ value: "{{ set_2.a }}" });
    expect(keepingMine.edges.slice(2).map(({ id, target }) => [id, target])).toEqual([["m", "set_2"], ["t", "set"]]);
  });
});
