import { describe, expect, it } from "vitest";
import { addDelta, hasHole, NO_TEXT, shownText, type StreamedText } from "./deltas";
import { seeded } from "./testing";

const add = (before: StreamedText, offset: number, text: string, attempt = 1): StreamedText => addDelta(before, { attempt, offset, text });

describe("addDelta", () => {
  it("joins pieces in order", () => {
    expect(add(add(NO_TEXT, 0, "Hello "), 6, "world").text).toBe("Hello world");
  });

  it("knows of a hole, shows it, and closes it when the missing piece comes", () => {
    const holed = add(add(add(NO_TEXT, 0, "ab"), 4, "e"), 5, "f");
    expect(holed.text).toBe("ab");
    expect(shownText(holed)).toBe("ab […] ef");
    expect(hasHole(holed)).toBe(true);
    const filled = add(holed, 2, "cd");
    expect(filled.text).toBe("abcdef");
    expect(hasHole(filled)).toBe(false);
  });

  it("counts as the server does, so an emoji is one", () => {
    expect(add(add(NO_TEXT, 0, "🙂🙂"), 2, "!").text).toBe("🙂🙂!");
  });

  it("shows what there is to a viewer who came too late for the beginning", () => {
    expect(shownText(add(NO_TEXT, 900, "the end"))).toBe("[…] the end");
  });

  it("begins anew with the next attempt and drops late pieces of the last", () => {
    const second = add(add(NO_TEXT, 0, "old"), 0, "new", 2);
    expect(second).toMatchObject({ text: "new", attempt: 2 });
    expect(add(second, 3, "late", 1)).toBe(second);
  });

  it("gives the whole text for pieces in any order, repeated and overlapping", () => {
    const whole = "The quick brown 🦊 jumps over the lazy 🐕.";
    const points = Array.from(whole);
    const random = seeded(3);
    for (let round = 0; round < 100; round += 1) {
      const pieces: [number, string][] = [];
      for (let from = 0; from < points.length; from += 1 + Math.floor(random() * 5)) {
        const overlapped = Math.max(0, from - Math.floor(random() * 3));
        pieces.push([overlapped, points.slice(overlapped, from + 6).join("")]);
      }
      pieces.push(...pieces.filter(() => random() < 0.3));
      pieces.sort(() => random() - 0.5);
      expect(pieces.reduce((text, [offset, piece]) => add(text, offset, piece), NO_TEXT).text).toBe(whole);
    }
  });
});
