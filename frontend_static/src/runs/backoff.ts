const BASE_MS = 500;
const CAP_MS = 15_000;

/** How long to wait before try `tries` (from 0): exponential with full jitter, so that many pages do not return at once. */
export function backoffMillis(tries: number, random: () => number = Math.random): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(tries, 10));
  return Math.round(ceiling * (0.25 + 0.75 * random()));
}
