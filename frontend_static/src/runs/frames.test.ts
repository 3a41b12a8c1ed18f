import { describe, expect, it } from "vitest";
import { FrameError, parseEvent, parseFrame } from "./frames";
import { iso, runOut, T0, wire } from "./testing";

describe("parseFrame", () => {
  it("reads each kind of frame", () => {
    const started = wire(["node.started", "a", { attempt: 1 }]);
    expect(parseFrame(JSON.stringify({ kind: "events", events: started }))).toEqual({
      kind: "events",
      events: [{ kind: "node.started", seq: 1, at: T0 + 10, node: "a", attempt: 1 }],
    });
    expect(parseFrame('{"kind":"delta","node":"a","attempt":1,"offset":0,"text":"Hi"}')).toMatchObject({ kind: "delta", text: "Hi" });
    expect(parseFrame('{"kind":"heartbeat","last_seq":4}')).toEqual({ kind: "heartbeat", lastSeq: 4 });
    expect(parseFrame(JSON.stringify({ kind: "snapshot", seq: 2, run: runOut() }))).toMatchObject({ kind: "snapshot", seq: 2 });
  });

  it.each([
    "",
    "[]",
    "{}",
    '{"kind":"events"}',
    '{"kind":"events","events":[{"seq":1}]}',
    '{"kind":"events","events":[{"seq":-1,"at":1,"kind":"run.started"}]}',
    '{"kind":"delta","node":"a","attempt":1,"offset":"0","text":""}',
    '{"kind":"heartbeat"}',
    '{"kind":"snapshot","seq":1,"run":{}}',
    '{"kind":"gossip"}',
  ])("refuses %s", (text) => {
    expect(() => parseFrame(text)).toThrow(FrameError);
  });

  it("takes moments as ISO text and as seconds", () => {
    expect(parseEvent({ seq: 1, at: 2.5, kind: "run.started", node: null, data: {} }).at).toBe(2500);
    expect(parseEvent({ seq: 1, at: iso(0), kind: "run.started", node: null, data: {} }).at).toBe(T0);
  });

  it("keeps the number of an event whose kind it does not know", () => {
    expect(parseEvent({ seq: 9, at: 0, kind: "run.paused", node: null, data: {} })).toEqual({ kind: "unknown", name: "run.paused", seq: 9, at: 0 });
  });

  it("refuses a known kind with a wrong body", () => {
    expect(() => parseEvent({ seq: 1, at: 0, kind: "node.finished", node: "a", data: { status: "done", attempt: 1 } })).toThrow(FrameError);
    expect(() => parseEvent({ seq: 1, at: 0, kind: "node.started", node: null, data: { attempt: 1 } })).toThrow(FrameError);
  });
});
