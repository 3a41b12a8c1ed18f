/** Turns of loops and items of maps: which one of them is looked at, and how its scope is named. */
import { splitKey } from "./types";

/** One container around a node run: `each#2/` inside the scope that the path begins with. */
export interface Level {
  /** The container's node id. */
  container: string;
  /** The container's own key. */
  key: string;
  index: number;
  /** The path of the scope. */
  path: string;
}

const PART = /^(?<container>[^~#]+)(?:~\d+)?#(?<index>\d+)$/;

/** The containers around a node run, from the outside in. */
export function levelsOf(key: string): Level[] {
  const levels: Level[] = [];
  let before = "";
  for (const part of splitKey(key).scopePath.split("/").filter(Boolean)) {
    const match = PART.exec(part);
    const path = `${before}${part}/`;
    if (match?.groups) levels.push({ container: match.groups.container ?? "", key: before + (match.groups.container ?? ""), index: Number(match.groups.index), path });
    before = path;
  }
  return levels;
}

/** The same node, in the turns and items that were picked. */
export function withPicks(key: string, picks: ReadonlyMap<string, number>): string {
  if (picks.size === 0) return key;
  const parts = key.split("/");
  const nodeId = parts.pop() ?? "";
  const moved = parts.map((part) => {
    const match = PART.exec(part);
    const picked = picks.get(match?.groups?.container ?? "");
    return picked === undefined || picked === Number(match?.groups?.index) ? part : part.replace(/#\d+$/, `#${picked}`);
  });
  return [...moved, nodeId].join("/");
}

/** Beyond these the server tells how far a container is, and not what happens in it: each scope is asked for. */
const TOLD = 20;
const TOLD_LEVELS = 2;

export function isTold(path: string): boolean {
  const levels = levelsOf(`${path}x`);
  return levels.length <= TOLD_LEVELS && levels.every(({ index }) => index < TOLD);
}
