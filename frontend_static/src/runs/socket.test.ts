import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket, fakeWindow } from "./fakeSocket";
import type { Frame } from "./frames";
import { ACK_AFTER_MS, RunSocket, WATCH_MS, type Link } from "./socket";

describe("RunSocket", () => {
  let seq = 0;
  let links: Link[] = [];
  let frames: Frame[] = [];
  let bad = 0;
  let win = fakeWindow();
  let socket: RunSocket;

  beforeEach(() => {
    vi.useFakeTimers();
    win = fakeWindow();
    vi.stubGlobal("window", win);
    FakeSocket.all = [];
    [seq, links, frames, bad] = [0, [], [], 0];
    socket = new RunSocket(
      { onFrame: (frame) => frames.push(frame), onLink: (link) => links.push(link), onBadFrame: () => (bad += 1), lastSeq: () => seq },
      { url: (after) => `ws://app.test/?after=${after}`, create: FakeSocket.make, random: () => 0 },
    );
  });

  afterEach(() => {
    socket.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const kinds = (): string[] => links.map((link) => link.kind);

  it("asks for what comes after the last known event", () => {
    seq = 41;
    socket.open();
    expect(FakeSocket.last.url).toBe("ws://app.test/?after=41");
    FakeSocket.last.accept();
    expect(kinds()).toEqual(["connecting", "open"]);
  });

  it("acknowledges every hundred events at once, and the rest within a second", () => {
    socket.open();
    FakeSocket.last.accept();
    socket.processed(100);
    expect(FakeSocket.last.sent).toEqual([{ kind: "ack", seq: 100 }]);
    socket.processed(130);
    socket.processed(150);
    expect(FakeSocket.last.sent).toHaveLength(1);
    vi.advanceTimersByTime(ACK_AFTER_MS);
    expect(FakeSocket.last.sent.at(-1)).toEqual({ kind: "ack", seq: 150 });
    vi.advanceTimersByTime(5 * ACK_AFTER_MS);
    expect(FakeSocket.last.sent).toHaveLength(2);
  });

  it("comes back from where it was after a drop, waiting longer each time", () => {
    socket.open();
    FakeSocket.last.accept();
    seq = 7;
    FakeSocket.last.end(1006);
    expect(kinds().at(-1)).toBe("retrying");
    vi.advanceTimersByTime(125);
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.last.url).toContain("after=7");
    FakeSocket.last.end(1006);
    vi.advanceTimersByTime(125);
    expect(FakeSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(125);
    expect(FakeSocket.all).toHaveLength(3);
  });

  it("comes back at once when the machine is online again", () => {
    socket.open();
    FakeSocket.last.end(1006);
    win.dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("comes back after 4408, when it acknowledged too slowly", () => {
    socket.open();
    FakeSocket.last.end(4408);
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it.each([4401, 4404])("gives up on %i", (code) => {
    socket.open();
    FakeSocket.last.end(code);
    vi.advanceTimersByTime(600_000);
    win.dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(1);
    expect(links.at(-1)).toEqual({ kind: "refused", code });
  });

  it("does not trust a connection that has been silent for long", () => {
    socket.open();
    FakeSocket.last.accept();
    vi.advanceTimersByTime(WATCH_MS - 1);
    FakeSocket.last.say({ kind: "heartbeat", last_seq: 0 });
    vi.advanceTimersByTime(WATCH_MS - 1);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(1 + 125);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("connects anew when two heartbeats running know of more than arrived", () => {
    socket.open();
    FakeSocket.last.accept();
    FakeSocket.last.say({ kind: "heartbeat", last_seq: 3 });
    expect(FakeSocket.all).toHaveLength(1);
    FakeSocket.last.say({ kind: "heartbeat", last_seq: 3 });
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("hands on good frames and reports bad ones", () => {
    socket.open();
    FakeSocket.last.accept();
    FakeSocket.last.say({ kind: "heartbeat", last_seq: 0 });
    FakeSocket.last.say("not json");
    expect(frames).toEqual([{ kind: "heartbeat", lastSeq: 0 }]);
    expect(bad).toBe(1);
  });

  it("hears nothing from a connection it has left", () => {
    socket.open();
    const first = FakeSocket.last;
    first.accept();
    socket.close();
    first.say({ kind: "heartbeat", last_seq: 0 });
    first.end(1006);
    vi.advanceTimersByTime(600_000);
    expect(frames).toEqual([]);
    expect(FakeSocket.all).toHaveLength(1);
    expect(links.at(-1)).toEqual({ kind: "closed" });
  });
});
