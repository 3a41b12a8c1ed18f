import { describe, expect, it } from "vitest";
import type { LogPageOut } from "../contracts/api";
import { KEPT, LogPages, PAGE } from "./logPages";

interface Server {
  length: number;
  calls: number[];
  fail: boolean;
  fetch: (offset: number, signal: AbortSignal) => Promise<LogPageOut>;
}

function serverOf(length: number): Server {
  const server: Server = {
    length,
    calls: [],
    fail: false,
    fetch: (offset) => {
      server.calls.push(offset);
      if (server.fail) return Promise.reject(new Error("away"));
      const lines = Array.from({ length: Math.max(0, Math.min(PAGE, server.length - offset)) }, (_, place) => ({ at: "2026-01-01T00:00:00Z", node: "say", level: "info", message: `line ${offset + place}`, attempt: 1 }));
      return Promise.resolve({ lines, total: server.length });
    },
  };
  return server;
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

describe("the pages of a log", () => {
  it("give any place of a million lines and keep only what was looked at last", async () => {
    const server = serverOf(1_000_000);
    const pages = new LogPages(server.fetch);
    for (let place = 0; place < 1_000_000; place += 20_000) {
      pages.want(place, place + 40);
      await settled();
      expect(pages.line(place)?.message).toBe(`line ${place}`);
    }
    expect(pages.total).toBe(1_000_000);
    expect(pages.pagesKept).toBe(KEPT);
    expect(pages.line(0)).toBeUndefined();
    pages.want(999_980, 1_000_000);
    await settled();
    expect(pages.line(999_999)?.message).toBe("line 999999");
  });

  it("ask for a page once, and again only when it has grown", async () => {
    const server = serverOf(PAGE + 10);
    const pages = new LogPages(server.fetch);
    pages.want(0, PAGE + 10);
    pages.want(0, PAGE + 10);
    await settled();
    pages.want(0, PAGE + 10);
    await settled();
    expect(server.calls).toEqual([0, PAGE]);
    server.length += 5;
    pages.refresh();
    await settled();
    expect(server.calls).toEqual([0, PAGE, PAGE]);
    expect(pages.line(PAGE + 14)?.message).toBe(`line ${PAGE + 14}`);
  });

  it("follow a log that grows over the end of its last page", async () => {
    const server = serverOf(PAGE);
    const pages = new LogPages(server.fetch);
    pages.want(0, PAGE);
    await settled();
    server.length = PAGE + 3;
    pages.refresh();
    await settled();
    expect(pages.total).toBe(PAGE + 3);
    pages.want(PAGE, PAGE + 3);
    await settled();
    expect(pages.line(PAGE + 2)?.message).toBe(`line ${PAGE + 2}`);
  });

  it("say what went wrong, keep what is there, and go on when asked again", async () => {
    const server = serverOf(500);
    const pages = new LogPages(server.fetch);
    pages.want(0, 40);
    await settled();
    server.fail = true;
    pages.want(400, 440);
    await settled();
    expect((pages.error as Error).message).toBe("away");
    expect(pages.line(3)?.message).toBe("line 3");
    server.fail = false;
    pages.want(400, 440);
    await settled();
    expect(pages.error).toBeNull();
    expect(pages.line(400)?.message).toBe("line 400");
  });
});
