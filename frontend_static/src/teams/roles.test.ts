import { expect, test } from "vitest";
import { mayAs, roleLabel, ROLES } from "./roles";

test("a role may do what those before it may, and no more", () => {
  expect(mayAs("editor", "runner")).toBe(true);
  expect(mayAs("editor", "editor")).toBe(true);
  expect(mayAs("runner", "editor")).toBe(false);
});

test("each role has a name and says what it is for", () => {
  expect(ROLES.map(({ value }) => roleLabel(value))).toEqual(["Viewer", "Runner", "Editor", "Admin", "Owner"]);
  expect(ROLES.every(({ help }) => help.length > 10)).toBe(true);
});
