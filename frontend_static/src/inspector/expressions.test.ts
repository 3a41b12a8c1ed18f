import { describe, expect, it } from "vitest";
import { braced, expressionOf, isExpression, valueOf } from "./expressions";

describe("a value and the expression in its place", () => {
  it.each([["POST"], ["say \"True\""], [400], [-0.5], [true], [false], [["a", "b"]], [[]], [{ a: { b: [1, null, true] } }], [{ a: {} }]])("are the same when nothing was edited: %j", (value) => {
    const text = expressionOf(value) ?? "";
    expect(isExpression(text)).toBe(true);
    expect(text.slice(2, -2)).not.toMatch(/\}\}$/);
    expect(valueOf(text)).toEqual(value);
  });

  it("is empty where there was nothing", () => {
    expect(expressionOf(undefined)).toBeUndefined();
    expect(expressionOf("")).toBeUndefined();
  });

  it.each([["{{ start.mode }}"], ["{{ 1 + 1 }}"], ["a {{ 1 }}"], ["{{ x }} and {{ y }}"], ["POST"]])("is not guessed from what has to be evaluated: %s", (text) => expect(valueOf(text)).toBeUndefined());

  it("gets its braces", () => {
    expect(braced("start.mode")).toBe("{{ start.mode }}");
    expect(braced("local/{{ start.size }}")).toBe("local/{{ start.size }}");
    expect(braced("  ")).toBeUndefined();
  });
});
