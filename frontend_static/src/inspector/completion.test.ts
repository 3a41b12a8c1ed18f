import { describe, expect, it } from "vitest";
import { completionsAt, shortly, valueAt, type Name } from "./completion";

const NAMES: Name[] = [
  { name: "start", note: "Start", value: { city: "Oslo", tags: ["a"], "two words": 1 } },
  { name: "rows", note: "Rows", value: [{ n: 1 }, { n: 2 }] },
  { name: "later", note: "Later", value: undefined },
];

/** The caret stands at `|`. */
function at(text: string, isExpression = false, isForced = false) {
  const caret = text.indexOf("|");
  const found = completionsAt(text.replace("|", ""), caret, isExpression, NAMES, isForced);
  return found && { from: found.from, labels: found.items.map(({ label }) => label) };
}

describe("completion", () => {
  it("offers the names as soon as the braces are open", () => {
    expect(at("Hello {{ |")).toEqual({ from: 9, labels: ["start", "rows", "later"] });
    expect(at("Hello {{|}} you")).toEqual({ from: 8, labels: ["start", "rows", "later"] });
  });

  it("narrows names and functions by what is typed", () => {
    expect(at("{{ st| }}")?.labels).toEqual(["start", "str()"]);
    expect(at("{{ len(ro| }}")).toEqual({ from: 7, labels: ["rows", "round()"] });
  });

  it("follows a value into its fields, and offers what can be done with it", () => {
    expect(at("{{ start.| }}")).toEqual({ from: 9, labels: ["city", "tags", "get()", "keys()", "values()", "items()"] });
    expect(at("{{ rows[1].| }}")?.labels).toContain("n");
    expect(at("{{ start.city.up| }}")?.labels).toEqual(["upper()"]);
    expect(at("{{ later.| }}")).toBeUndefined();
  });

  it("is silent outside of expressions, in strings, after a whole word, and after a value", () => {
    expect(at("start|")).toBeUndefined();
    expect(at("{{ start }} st|")).toBeUndefined();
    expect(at("{{ 'st| }}")).toBeUndefined();
    expect(at("{{ later|")).toBeUndefined();
    expect(at("{{ start |")).toBeUndefined();
  });

  it("needs no braces where the whole text is an expression", () => {
    expect(at("len(ro|", true)?.labels).toEqual(["rows", "round()"]);
    expect(at("rows and |", true)).toBeUndefined();
    expect(at("rows + |", true, true)?.labels).toEqual(["start", "rows", "later"]);
  });

  it("reads values by path and tells them shortly", () => {
    expect(valueAt("rows[1].n", NAMES)).toBe(2);
    expect(valueAt('start["two words"]', NAMES)).toBe(1);
    expect(valueAt("start.city.more", NAMES)).toBeUndefined();
    expect(shortly([1, 2, 3, 4])).toBe("4 items");
    expect(shortly({ a: 1 })).toBe('{"a":1}');
  });
});
