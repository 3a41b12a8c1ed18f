/** What the search of the editor finds in the graph itself. */
import type { Json } from "../contracts/api";
import type { NodeDoc } from "../contracts/document";

/** A node that holds every word, and the piece of its params where they were found, if it was there. */
export interface FoundNode {
  node: NodeDoc;
  piece: string;
  /** Names weigh more than what is inside. */
  rank: number;
}

const PIECE = 60;

/** Nodes by name, id and type, then by what their params say; every word must be somewhere. */
export function findNodes(nodes: Iterable<NodeDoc>, titleOf: (node: NodeDoc) => string, query: string): FoundNode[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found: FoundNode[] = [];
  for (const node of nodes) {
    const label = `${node.name} ${node.id} ${titleOf(node)}`.toLowerCase();
    const missing = words.filter((word) => !label.includes(word));
    if (missing.length === 0) {
      found.push({ node, piece: "", rank: node.name.toLowerCase().startsWith(words[0] ?? "") || node.id.startsWith(words[0] ?? "") ? 0 : 1 });
      continue;
    }
    const texts = textsOf(node.params);
    if (!missing.every((word) => texts.some((text) => text.toLowerCase().includes(word)))) continue;
    const [word = ""] = missing;
    found.push({ node, piece: pieceOf(texts.find((text) => text.toLowerCase().includes(word)) ?? "", word), rank: 2 });
  }
  return found.sort((a, b) => a.rank - b.rank);
}

function textsOf(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

/** The text around a word, on one line. */
function pieceOf(text: string, word: string): string {
  const at = text.toLowerCase().indexOf(word);
  const start = Math.max(0, at - PIECE / 3);
  const piece = text.slice(start, start + PIECE).replace(/\s+/g, " ").trim();
  return `${start > 0 ? "…" : ""}${piece}${start + PIECE < text.length ? "…" : ""}`;
}
