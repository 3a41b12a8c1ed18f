import { describe, expect, it } from "vitest";
import { blocks, spans } from "./markdown";

describe("the Markdown of notes", () => {
  it("marks strong, emphasis and code", () => {
    expect(spans("**a** b *c* `d*e*`")).toEqual([
      { kind: "strong", text: "a" },
      { kind: "plain", text: " b " },
      { kind: "em", text: "c" },
      { kind: "plain", text: " " },
      { kind: "code", text: "d*e*" },
    ]);
  });

  it("leaves lone signs and HTML as text", () => {
    expect(spans("2 * 3 * 4 <b>x</b>")).toEqual([{ kind: "plain", text: "2 * 3 * 4 <b>x</b>" }]);
  });

  it("tells headings, paragraphs and lists apart", () => {
    expect(blocks("# Title\ntext\nmore\n\n- a\n- b\n\nend").map((block) => [block.kind, block.lines.length])).toEqual([
      ["heading", 1],
      ["paragraph", 2],
      ["list", 2],
      ["paragraph", 1],
    ]);
  });

  it("keeps what is fenced as it stands, also where the fence is never closed", () => {
    expect(blocks("a\n```js\n# b\n- *c*\n```\nd")).toEqual([
      { kind: "paragraph", lines: [[{ kind: "plain", text: "a" }]] },
      { kind: "code", lines: [[{ kind: "plain", text: "# b" }], [{ kind: "plain", text: "- *c*" }]] },
      { kind: "paragraph", lines: [[{ kind: "plain", text: "d" }]] },
    ]);
    expect(blocks("```\nx").map((block) => block.kind)).toEqual(["code"]);
  });
});
