import { describe, expect, it } from "vitest";
import type { NodeType } from "../contracts/catalogue";
import { searchTypes } from "./searchTypes";

const type = (name: string, title: string, help = ""): NodeType => ({ name, title, help, category: "data" }) as NodeType;
const TYPES = [type("set", "Set"), type("llm", "Model call", "Asks a language model."), type("http_request", "HTTP request", "Calls a web address."), type("reset", "Reset")];
const names = (query: string): string[] => searchTypes(TYPES, query).map((found) => found.name);

describe("searching node types", () => {
  it("gives all of them, in order, for nothing", () => expect(names(" ")).toEqual(["set", "llm", "http_request", "reset"]));
  it("puts the exact title first", () => expect(names("set")).toEqual(["set", "reset"]));
  it("finds by initials and by help", () => {
    expect(names("hr")).toEqual(["http_request"]);
    expect(names("language")).toEqual(["llm"]);
  });
  it("needs every word", () => expect(names("model web")).toEqual([]));
});
