import { expect, it } from "vitest";
import { itemsOf } from "./items";

it("counts the items of a list by what is told of it", () => {
  expect(itemsOf('[1,{"a":[2]},3]')).toBe(3);
  expect(itemsOf("[]")).toBe(0);
  expect(itemsOf('[{"text":"xx… of 1204 items')).toBe(1204);
  expect([itemsOf('{"a":1}'), itemsOf("[not JSON"), itemsOf(null), itemsOf("")]).toEqual([undefined, undefined, undefined, undefined]);
});
