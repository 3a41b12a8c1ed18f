import { describe, expect, it } from "vitest";
import { draftOf, readDraft } from "./draft";
import { curlOf, sampleBody } from "./snippet";

describe("the form of a trigger", () => {
  it("reads what it shows at first", () => {
    expect(readDraft("webhook", draftOf("webhook", null))).toEqual({
      kind: "ok",
      changes: { name: "Webhook", follows_latest: true, rate_per_minute: 60, most_active: 10, config: { auth: "hmac", credentials: false, answer: "at_once", wait_seconds: 30 } },
    });
  });

  it("names every mistake at once", () => {
    const draft = { ...draftOf("schedule", null), name: " ", rate: "0", active: "1.5", input: "[1]" };
    const read = readDraft("schedule", draft);
    expect(read.kind === "wrong" && Object.keys(read.errors)).toEqual(["name", "rate_per_minute", "most_active", "config.input"]);
  });

  it("pins a version, and gives a schedule its input", () => {
    const read = readDraft("schedule", { ...draftOf("schedule", null), version: "3", input: '{"who": "Ada"}' });
    expect(read.kind === "ok" && [read.changes.version, read.changes.config?.input]).toEqual([3, { who: "Ada" }]);
  });
});

describe("commands that call a webhook", () => {
  const body = sampleBody([
    { name: "who", type: "text", default: "O'Neil" },
    { name: "n", type: "number" },
    { name: "body", type: "object" },
  ]);

  it("have the workflow's own fields, and quote them", () => {
    expect(body).toBe('{"who":"O\'Neil","n":1}');
    expect(curlOf("http://h/hooks/x", "none", body, "")).toContain(`-d '{"who":"O'\\''Neil","n":1}'`);
  });

  it("sign or send the key as the webhook asks", () => {
    expect(curlOf("http://h/hooks/x", "hmac", body, "")).toContain("webhook-signature: v1,$SIGNATURE");
    expect(curlOf("http://h/hooks/x", "bearer", body, "k")).toContain("Authorization: Bearer k");
  });
});
