import { describe, expect, it } from "vitest";
import { CLOSED_TREE, joinPath, showMore, toggle, treeRows } from "./jsonTree";

const lines = (value: Parameters<typeof treeRows>[0], state = CLOSED_TREE): string[] => treeRows(value, state).map((row) => `${"  ".repeat(row.depth)}${row.label}: ${row.text}`);

describe("treeRows", () => {
  it("opens the first level and names what is inside the rest", () => {
    expect(lines({ user: { name: "Ada", tags: ["a", "b"] }, ok: true })).toEqual(["user: name, tags", '  name: "Ada"', "  tags: 2 items", "ok: true"]);
  });

  it("opens and closes by path", () => {
    const value = { user: { tags: ["a"] } };
    expect(lines(value, toggle(CLOSED_TREE, "user.tags"))).toContain('    0: "a"');
    expect(lines(value, toggle(CLOSED_TREE, "user"))).toEqual(["user: tags"]);
  });

  it("shows a long list by the page and costs only what is shown", () => {
    const value = Array.from({ length: 100_000 }, (_, index) => ({ index }));
    const rows = treeRows(value, CLOSED_TREE);
    expect(rows.length).toBeLessThan(300);
    expect(rows.at(-1)).toMatchObject({ kind: "more", text: "99900" });
    expect(treeRows(value, showMore(CLOSED_TREE, "")).length).toBeGreaterThan(1000);
  });

  it("cuts long text in the line and keeps the value", () => {
    const [row] = treeRows({ text: "x".repeat(1000) }, CLOSED_TREE);
    expect(row?.text.length).toBeLessThan(200);
    expect(row?.value).toHaveLength(1000);
  });

  it("writes paths as expressions do", () => {
    expect(joinPath(joinPath("rows[0]", "name"), "first name")).toBe('rows[0].name["first name"]');
  });
});
