import type { AroundOut } from "../contracts/api";

type Others = AroundOut["others"];

/** Two letters that stand for a person. */
export function initialsOf(name: string): string {
  const words = (name.split("@")[0] ?? name).split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)].map((word) => word?.[0] ?? "") : [(words[0] ?? "?").slice(0, 2)];
  return letters.join("").toUpperCase();
}

/** Who was not there before. One's own other windows are told of elsewhere. */
export function newcomers(before: Others, now: Others): string[] {
  const known = new Set(before.map(({ name }) => name));
  return now.filter(({ name, is_you }) => !is_you && !known.has(name)).map(({ name }) => name);
}
