import type { NodeType } from "../contracts/catalogue";

/** Node types that a query means, best first. Every word must be found; a title beats a help line. */
export function searchTypes(types: readonly NodeType[], query: string): NodeType[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...types];
  return types
    .map((type, order) => ({ type, order, score: scoreOf(type, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ type }) => type);
}

function scoreOf(type: NodeType, words: readonly string[]): number {
  let sum = 0;
  for (const word of words) {
    const score = wordScore(type, word);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

function wordScore(type: NodeType, word: string): number {
  const title = type.title.toLowerCase();
  if (title === word || type.name === word) return 8;
  if (title.startsWith(word) || type.name.startsWith(word)) return 5;
  if (title.includes(word) || type.name.includes(word)) return 3;
  if (initials(type.title).startsWith(word)) return 3;
  return type.help.toLowerCase().includes(word) || type.category === word ? 1 : 0;
}

const initials = (title: string): string => title.toLowerCase().split(/\s+/).map((word) => word[0]).join("");
