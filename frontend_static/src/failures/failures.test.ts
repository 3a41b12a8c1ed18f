import { describe, expect, it } from "vitest";
import { askFilter, isFiltered, readFilter, writeFilter } from "./query";
import { ignoredWords, placeOf } from "./words";

describe("the filter of the inbox", () => {
  it("comes back from the address as it went in, and drops what it does not know", () => {
    const filter = { state: "all", q: "no key", since: "24h" };
    expect(readFilter(new URLSearchParams(writeFilter(filter)))).toEqual(filter);
    expect(readFilter(new URLSearchParams("since=ever&other=1&kind="))).toEqual({});
  });

  it("asks the server for a moment where people choose a length of time", () => {
    expect(askFilter({ since: "1h", state: "new" }, Date.UTC(2026, 0, 1, 12))).toEqual({ state: "new", since: "2026-01-01T11:00:00.000Z" });
  });

  it("counts the scale of the sparklines as no filter", () => {
    expect(isFiltered({ per: "day" })).toBe(false);
    expect(isFiltered({ state: "all" })).toBe(true);
  });
});

describe("words", () => {
  it("say where it failed as the node is drawn, and what it lies in", () => {
    expect(placeOf({ node_name: "Get the order", node_key: "each/get" })).toBe("Get the order in each");
    expect(placeOf({ node_name: "", node_key: "" })).toBe("the run itself");
  });

  it("say how long a group is ignored", () => {
    expect(ignoredWords({ ignore_until: null, ignore_above: 12, count: 10 })).toBe("until 3 more");
    expect(ignoredWords({ ignore_until: null, ignore_above: null, count: 10 })).toBe("for ever");
  });
});
