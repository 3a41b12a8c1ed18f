import { expect, it } from "vitest";
import { citationsIn } from "./citations";

const PLACE = { citation: "terms.md, Prices", url: "https://app.example/knowledge/1", text: "It costs 4." };

it("finds what a search gave and what an answer lists", () => {
  expect(citationsIn({ passages: [PLACE], query: "?" })).toEqual([PLACE]);
  expect(citationsIn([{ ...PLACE, number: 1, text: "# Terms\n\n## Prices\n\nIt costs 4." }])).toEqual([PLACE]);
});

it("makes no link of an address that runs something, and nothing of other values", () => {
  expect(citationsIn([{ ...PLACE, url: "javascript:alert(1)" }, { citation: "no address" }, 7, null])).toEqual([]);
  for (const value of ["text", 3, null, {}, { passages: "none" }]) expect(citationsIn(value)).toEqual([]);
});
