import { describe, expect, it } from "vitest";
import type { NodeType, ParamSchema } from "../contracts/catalogue";
import { formOf, numberOrText, textToValue, valueToText } from "./form";

const typeWith = (params_schema: ParamSchema, defaults = {}): NodeType => ({ params_schema, defaults }) as NodeType;

const kinds = (properties: Record<string, ParamSchema>, more: ParamSchema = {}): Record<string, string> =>
  Object.fromEntries(formOf(typeWith({ properties, ...more })).map((spec) => [spec.name, spec.kind]));

describe("the form of a node type", () => {
  it("chooses the field by hint, then by type", () => {
    const form = kinds({
      prompt: { type: "string", "x-ui": { kind: "long_template" } },
      url: { type: "string", "x-ui": { kind: "template" } },
      title: { type: "string", "x-ui": { kind: "raw" } },
      method: { enum: ["GET", "POST"], "x-ui": { kind: "raw" } },
      flag: { type: "boolean", "x-ui": { kind: "raw" } },
      status: { anyOf: [{ type: "integer" }, { type: "null" }], "x-ui": { kind: "raw" } },
      temperature: { anyOf: [{ type: "number" }, { type: "null" }], "x-ui": { kind: "template" } },
      model: { type: "string", "x-ui": { kind: "model" } },
      fallbacks: { type: "array", items: { type: "string" }, "x-ui": { kind: "model" } },
      value: { "x-ui": { kind: "json" } },
      anything: {},
      width: { type: "number", "x-ui": { kind: "hidden" } },
    });
    expect(form).toEqual({
      prompt: "long_template",
      url: "template",
      title: "text",
      method: "select",
      flag: "boolean",
      status: "number",
      temperature: "number",
      model: "model",
      fallbacks: "list",
      value: "json",
      anything: "json",
    });
  });

  it("follows references, for the type and for the hints", () => {
    const $defs = { Mode: { enum: ["a", "b"], type: "string" } };
    expect(kinds({ mode: { $ref: "#/$defs/Mode" }, maybe: { anyOf: [{ $ref: "#/$defs/Mode" }, { type: "null" }] } }, { $defs })).toEqual({ mode: "select", maybe: "select" });
  });

  it("offers an expression where the type evaluates one and the control takes none itself", () => {
    const properties = { mode: { enum: ["a", "b"] }, url: { type: "string" }, heat: { type: "number" }, turns: { type: "integer" } };
    const form = formOf({ params_schema: { properties }, defaults: {}, resolved: ["mode", "url", "heat"] } as unknown as NodeType);
    expect(form.filter((spec) => spec.isSwitchable).map(({ name }) => name)).toEqual(["mode", "heat"]);
    expect(form.filter((spec) => spec.isResolved).map(({ name }) => name)).toEqual(["mode", "url", "heat"]);
  });

  it("marks what is required and what is advanced", () => {
    const [url, limit] = formOf(typeWith({ required: ["url"], properties: { url: { type: "string" }, time_limit: { type: "number", minimum: 1, "x-ui": { advanced: true } } } }, { time_limit: 30 }));
    expect(url).toMatchObject({ isRequired: true, isAdvanced: false, title: "Url" });
    expect(limit).toMatchObject({ isRequired: false, isAdvanced: true, title: "Time limit", defaultValue: 30, minimum: 1 });
  });
});

describe("values as text", () => {
  it.each([["{{ input }}"], [{ a: "{{ x }}" }], [42], ["42"], [true], [[1, "b"]], ["null"], ['say "hi"'], ["a\nb"]])("come back as they were: %j", (value) => {
    expect(textToValue(valueToText(value))).toEqual({ ok: true, value });
  });

  it("are nothing when empty", () => expect(textToValue("  ")).toEqual({ ok: true, value: undefined }));

  it("are refused while an object is not finished", () => expect(textToValue('{"a": ').ok).toBe(false));

  it("are numbers where numbers or expressions are asked for", () => {
    expect(numberOrText(" 0.5 ")).toBe(0.5);
    expect(numberOrText("{{ start.heat }}")).toBe("{{ start.heat }}");
    expect(numberOrText("")).toBeUndefined();
  });
});
