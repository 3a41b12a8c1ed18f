import { beforeEach, describe, expect, it } from "vitest";
import type { Action } from "./action";
import { matches, shortcutOf, shortcutProblem, type KeyPress } from "./keys";
import { bind, isChanged, keysFor, prefs, unbind } from "./prefs";

const action = (id: string, ...keys: string[]): Action => ({ id, title: id, keys, scope: "canvas", group: "Edit", perform: () => undefined });
const [copy, cut, all] = [action("copy", "Mod+c"), action("cut", "Mod+x", "x"), action("all", "a")];
const ACTIONS = [copy, cut, all];

beforeEach(() => prefs.setState({ keys: {} }));

describe("keys of one's own", () => {
  it("are taken from whoever has them, and given back as far as they are free", () => {
    bind(ACTIONS, "all", ["x"]);
    expect(ACTIONS.map(keysFor)).toEqual([["Mod+c"], ["Mod+x"], ["x"]]);
    unbind(ACTIONS, "cut");
    expect(keysFor(cut)).toEqual(["Mod+x"]);
    unbind(ACTIONS, "all");
    unbind(ACTIONS, "cut");
    expect(ACTIONS.map(keysFor)).toEqual(ACTIONS.map(({ keys }) => keys));
    expect(isChanged("cut")).toBe(false);
  });

  it("may be none, and are all reset at once", () => {
    bind(ACTIONS, "copy", []);
    expect([keysFor(copy), isChanged("copy")]).toEqual([[], true]);
    unbind(ACTIONS);
    expect(keysFor(copy)).toEqual(["Mod+c"]);
  });
});

describe("a key press", () => {
  const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, code: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });

  it.each([
    [press("k", { ctrlKey: true }), "Mod+k"],
    [press("K", { ctrlKey: true, shiftKey: true }), "Mod+Shift+k"],
    [press("?", { shiftKey: true }), "?"],
    [press("F2"), "F2"],
    [press("ArrowUp", { altKey: true }), "Alt+ArrowUp"],
  ])("reads as the shortcut that it matches", (pressed, shortcut) => {
    expect(shortcutOf(pressed, false)).toBe(shortcut);
    expect(matches(shortcut, pressed, false)).toBe(true);
  });

  it("is nothing yet while only Shift is down, and some are the browser's", () => {
    expect(shortcutOf(press("Shift", { shiftKey: true }), false)).toBeUndefined();
    expect(shortcutProblem("Mod+w")).toContain("browser");
    expect(shortcutProblem("Mod+Shift+k")).toBeUndefined();
  });
});
