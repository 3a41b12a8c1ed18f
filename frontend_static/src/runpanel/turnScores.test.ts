import { expect, it } from "vitest";
import { turnScores } from "./turnScores";

it("lists turns in their order and marks the first of the best", () => {
  expect(turnScores({ "10": 0.9, "2": 0.4, "0": 0.9 })).toEqual([
    { turn: 0, score: 0.9, isBest: true },
    { turn: 2, score: 0.4, isBest: false },
    { turn: 10, score: 0.9, isBest: false },
  ]);
  expect(turnScores({})).toEqual([]);
});
