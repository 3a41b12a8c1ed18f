import { describe, expect, it } from "vitest";
import type { StartField } from "../contracts/api";
import { initialValues, parseValues } from "./startValues";

const FIELDS: StartField[] = [
  { name: "question", type: "text", required: true },
  { name: "limit", type: "number", default: 3 },
  { name: "loud", type: "boolean" },
  { name: "tone", type: "choice", choices: ["dry", "warm"], default: "warm" },
  { name: "extra", type: "object" },
  { name: "rows", type: "list" },
];

describe("the start form's values", () => {
  it("begins with the defaults, or with what was run last", () => {
    expect(initialValues(FIELDS, null)).toEqual({ question: "", limit: "3", loud: false, tone: "warm", extra: "", rows: "" });
    expect(initialValues(FIELDS, { question: "Why?", loud: true, tone: "gone", rows: [1] })).toMatchObject({ question: "Why?", loud: true, tone: "", rows: "[\n  1\n]" });
  });

  it("reads each kind of field and leaves out what is empty", () => {
    const values = { question: "Why?", limit: "0.5", loud: true, tone: "dry", extra: '{"a": 1}', rows: "" };
    expect(parseValues(FIELDS, values)).toEqual({ kind: "ok", input: { question: "Why?", limit: 0.5, loud: true, tone: "dry", extra: { a: 1 } } });
  });

  it("names every mistake at once, in words", () => {
    const parsed = parseValues(FIELDS, { question: " ", limit: "many", loud: false, tone: "", extra: "[1]", rows: "[1,\n2,,]" });
    expect(parsed).toMatchObject({ kind: "invalid", errors: { question: "This field is required.", limit: expect.stringContaining("number"), extra: expect.stringContaining("object") } });
    expect(parsed.kind === "invalid" && parsed.errors.rows).toContain("not valid JSON");
  });

  it("gives back what was entered", () => {
    const input = { question: "Why?", limit: 2, loud: false, tone: "dry", extra: { a: [1] }, rows: ["x"] };
    expect(parseValues(FIELDS, initialValues(FIELDS, input))).toEqual({ kind: "ok", input });
  });
});
