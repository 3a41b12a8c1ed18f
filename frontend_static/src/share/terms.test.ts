import { describe, expect, it } from "vitest";
import { NO_TERMS, readTerms } from "./terms";

const NOW = Date.parse("2026-01-01T00:00:00Z");

describe("the terms of a link", () => {
  it("are without limit where nothing is entered", () => {
    expect(readTerms({ ...NO_TERMS, perHour: "" }, NOW)).toEqual({ kind: "ok", terms: { name: "", expires_at: null, password: "", uses_limit: null, runs_per_hour: null } });
  });

  it("end so many days from now", () => {
    const read = readTerms({ ...NO_TERMS, expires: "7", uses: " 5 ", name: " Press " }, NOW);
    expect(read).toMatchObject({ kind: "ok", terms: { name: "Press", expires_at: "2026-01-08T00:00:00.000Z", uses_limit: 5 } });
  });

  it.each(["0", "-1", "1.5", "many", "1000001"])("refuse %s uses", (uses) => {
    expect(readTerms({ ...NO_TERMS, uses }, NOW)).toMatchObject({ kind: "wrong", fields: { uses_limit: expect.any(String) as string } });
  });
});
