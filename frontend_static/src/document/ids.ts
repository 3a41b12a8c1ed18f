export const ID_PATTERN = /^[a-z][a-z0-9_]{0,62}$/;

/** Names that expressions already use. */
export const RESERVED = new Set(["input", "inputs", "run", "item", "index", "loop"]);

/** Why an id cannot be taken, as a sentence, or nothing. */
export function idProblem(id: string, taken: (id: string) => boolean): string | undefined {
  if (!ID_PATTERN.test(id)) return "Use lower-case letters, digits and _, beginning with a letter; 63 at most.";
  if (RESERVED.has(id)) return `“${id}” already has a meaning in expressions.`;
  if (taken(id)) return "Another node has this id.";
  return undefined;
}

/** A free id made from a wish, such as a node type or the id that was copied. */
export function freeId(wish: string, taken: (id: string) => boolean): string {
  const base = slug(wish);
  if (!taken(base) && !RESERVED.has(base)) return base;
  const stem = base.replace(/_\d+$/, "").slice(0, 56);
  for (let n = 2; ; n++) if (!taken(`${stem}_${n}`)) return `${stem}_${n}`;
}

export function slug(text: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "");
  return plain.slice(0, 63) || "node";
}

export function freeEdgeId(taken: (id: string) => boolean): string {
  for (;;) {
    const id = `e_${Math.random().toString(36).slice(2, 10)}`;
    if (!taken(id)) return id;
  }
}
