/** The little Markdown that notes need, as data: no HTML is made or parsed. */

export interface Span {
  text: string;
  kind: "plain" | "strong" | "em" | "code";
}

export type Block = { kind: "heading" | "paragraph" | "code"; lines: Span[][] } | { kind: "list"; lines: Span[][] };

const INLINE = /\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|_([^_\s][^_]*)_|`([^`]+)`/g;

const FENCE = /^\s*```/;

export function spans(line: string): Span[] {
  const found: Span[] = [];
  let at = 0;
  for (const match of line.matchAll(INLINE)) {
    if (match.index > at) found.push({ kind: "plain", text: line.slice(at, match.index) });
    const [whole, strong, star, under, code] = match;
    if (strong !== undefined) found.push({ kind: "strong", text: strong });
    else if (code !== undefined) found.push({ kind: "code", text: code });
    else found.push({ kind: "em", text: star ?? under ?? "" });
    at = match.index + whole.length;
  }
  if (at < line.length) found.push({ kind: "plain", text: line.slice(at) });
  return found;
}

export function blocks(text: string): Block[] {
  const found: Block[] = [];
  let isNew = true;
  let fenced: Span[][] | null = null;
  for (const line of text.split("\n")) {
    if (FENCE.test(line)) {
      if (fenced === null) found.push({ kind: "code", lines: (fenced = []) });
      else fenced = null;
      isNew = true;
      continue;
    }
    if (fenced !== null) {
      fenced.push([{ kind: "plain", text: line }]);
      continue;
    }
    const heading = /^#{1,6}\s+(.*)/.exec(line);
    const item = /^\s*(?:[-*]|\d+\.)\s+(.*)/.exec(line);
    const last = found.at(-1);
    if (line.trim() === "") isNew = true;
    else if (heading) found.push({ kind: "heading", lines: [spans(heading[1] ?? "")] });
    else if (item) {
      if (last?.kind === "list" && !isNew) last.lines.push(spans(item[1] ?? ""));
      else found.push({ kind: "list", lines: [spans(item[1] ?? "")] });
    } else if (last?.kind === "paragraph" && !isNew) last.lines.push(spans(line));
    else found.push({ kind: "paragraph", lines: [spans(line)] });
    if (line.trim() !== "") isNew = heading !== null;
  }
  return found;
}
