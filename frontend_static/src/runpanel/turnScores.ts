export interface TurnScore {
  turn: number;
  score: number;
  isBest: boolean;
}

/** The turns of a loop in their order. The best is the first one of the highest score, as the loop itself counts. */
export function turnScores(scores: Readonly<Record<string, number>>): TurnScore[] {
  const turns = Object.entries(scores)
    .map(([turn, score]) => ({ turn: Number(turn), score }))
    .sort((a, b) => a.turn - b.turn);
  const highest = Math.max(...turns.map(({ score }) => score));
  const best = turns.find(({ score }) => score === highest)?.turn;
  return turns.map((one) => ({ ...one, isBest: one.turn === best }));
}
