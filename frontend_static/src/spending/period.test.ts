import { describe, expect, it } from "vitest";
import { changeWords, offeredLength, periodFault, readPeriod } from "./period";

const NOW = Date.parse("2026-03-10T23:30:00Z");

describe("a period", () => {
  it.each([
    ["", "2026-02-09", "2026-03-10"],
    ["days=7", "2026-03-04", "2026-03-10"],
    ["days=8", "2026-02-09", "2026-03-10"],
    ["first=2026-01-01&last=2026-01-31", "2026-01-01", "2026-01-31"],
    ["first=2026-02-01&last=2026-01-31", "2026-02-09", "2026-03-10"],
    ["first=soon&last=2026-01-31", "2026-02-09", "2026-03-10"],
    ["first=2020-01-01&last=2026-01-31", "2026-02-09", "2026-03-10"],
  ])("is read from %j", (query, first, last) => expect(readPeriod(new URLSearchParams(query), NOW)).toEqual({ first, last }));

  it("is one of those offered, or chosen by dates", () => {
    expect(offeredLength({ first: "2026-03-04", last: "2026-03-10" }, NOW)).toBe(7);
    expect(offeredLength({ first: "2026-03-03", last: "2026-03-09" }, NOW)).toBeNull();
  });

  it.each([
    ["2026-01-01", "2026-01-01", null],
    ["2026-01-02", "2026-01-01", "The first day is after the last."],
    ["", "2026-01-01", "Choose both days."],
    ["2024-01-01", "2026-01-01", "Choose a year at most."],
  ])("from %j to %j is refused with %j", (first, last, fault) => expect(periodFault({ first, last })).toBe(fault));

  it.each([
    [15, 10, "50 % more"],
    [5, 10, "50 % less"],
    [10, 10, "as before"],
    [1, 0, "nothing before"],
    [0, 0, ""],
  ])("that cost %d after %d cost %j", (now, before, words) => expect(changeWords(now, before)).toBe(words));
});
