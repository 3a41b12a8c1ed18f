import type { Json } from "../contracts/api";

/** One place where two values differ; undefined where one of them has nothing there. */
export interface Difference {
  path: string;
  before: Json | undefined;
  after: Json | undefined;
}

export const MOST = 200;

/** Where two JSON values differ, in the order of the later one; at most `MOST` places. */
export function differences(before: Json | undefined, after: Json | undefined, path = "", found: Difference[] = []): Difference[] {
  if (found.length >= MOST || same(before, after)) return found;
  const [old, now] = [parts(before), parts(after)];
  if (!old || !now || Array.isArray(before) !== Array.isArray(after)) {
    found.push({ path, before, after });
    return found;
  }
  for (const key of new Set([...now.keys(), ...old.keys()])) differences(old.get(key), now.get(key), step(path, key, Array.isArray(after)), found);
  return found;
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  return typeof a === "object" && typeof b === "object" && a !== null && b !== null && JSON.stringify(a) === JSON.stringify(b);
}

function parts(value: Json | undefined): Map<string, Json> | null {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : null;
}

function step(path: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${key}]`;
  if (!/^[A-Za-z_]\w*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path ? `${path}.${key}` : key;
}
