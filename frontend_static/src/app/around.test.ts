import { describe, expect, it } from "vitest";
import { initialsOf, newcomers } from "./around";

const one = (name: string, is_you = false) => ({ name, is_you, can_edit: true });

describe("who else is here", () => {
  it.each([["Ada Lovelace", "AL"], ["ed@example.org", "ED"], ["grace.b.hopper@example.org", "GH"], ["x", "X"], ["", "?"]])("is %s by initials", (name, letters) => {
    expect(initialsOf(name)).toBe(letters);
  });

  it("is told once, and not of oneself", () => {
    expect(newcomers([one("Ed")], [one("Ed"), one("Vic"), one("Olga", true)])).toEqual(["Vic"]);
  });
});
