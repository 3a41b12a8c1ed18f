import type { JsonObject } from "../contracts/api";

/** A graph drawn small: boxes and lines in a frame of `WIDTH` by `HEIGHT`. */
export interface Outline {
  boxes: { x: number; y: number; width: number; height: number; type: string }[];
  lines: string[];
}

export const WIDTH = 88;
export const HEIGHT = 48;
const PAD = 7;
const NODE = { width: 240, height: 96 };
const SMALLEST = { width: 5, height: 3 };
const LARGEST_SCALE = 0.06;
/** Most graphs are long and low: pulled up a little, their branches can be told apart. */
const MOST_STRETCH = 1.7;

interface Place {
  id: string;
  type: string;
  x: number;
  y: number;
}

/** Shrink a document to its outline: only what lies at the root, since that is what one sees on opening it. Null where there is nothing to draw. */
export function outlineOf(document: JsonObject): Outline | null {
  const places = list(document.nodes).map(placeOf).filter((place) => place !== null && place.type !== "note") as Place[];
  if (places.length === 0) return null;
  const fit = frame(places);
  const at = new Map(places.map((place) => [place.id, fit(place)]));
  const lines = list(document.edges).flatMap((edge) => {
    const [from, to] = [at.get(String(edge.source)), at.get(String(edge.target))];
    return from && to ? [curve(from, to)] : [];
  });
  return { boxes: [...at.values()], lines };
}

function placeOf(node: JsonObject): Place | null {
  const position = node.position;
  if (typeof node.parent === "string" || typeof position !== "object" || position === null || Array.isArray(position)) return null;
  const { x, y } = position;
  return typeof x === "number" && typeof y === "number" ? { id: String(node.id), type: String(node.type), x, y } : null;
}

type Box = Outline["boxes"][number];

/** How to move and shrink places so that all of them fit, centred. */
function frame(places: readonly Place[]): (place: Place) => Box {
  const left = Math.min(...places.map((place) => place.x));
  const top = Math.min(...places.map((place) => place.y));
  const wide = Math.max(...places.map((place) => place.x)) - left + NODE.width;
  const high = Math.max(...places.map((place) => place.y)) - top + NODE.height;
  const scale = Math.min(LARGEST_SCALE, (WIDTH - 2 * PAD) / wide, (HEIGHT - 2 * PAD) / high);
  const scaleY = Math.min((HEIGHT - 2 * PAD) / high, scale * MOST_STRETCH);
  const width = Math.max(SMALLEST.width, NODE.width * scale);
  const height = Math.max(SMALLEST.height, NODE.height * scale);
  const [offsetX, offsetY] = [(WIDTH - wide * scale) / 2, (HEIGHT - high * scaleY) / 2];
  return (place) => ({ x: round(offsetX + (place.x - left) * scale), y: round(offsetY + (place.y - top) * scaleY), width: round(width), height: round(height), type: place.type });
}

function curve(from: Box, to: Box): string {
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x, to.y + to.height / 2];
  const bend = Math.max(2, Math.abs(x2 - x1) / 2);
  return `M${round(x1)} ${round(y1)}C${round(x1 + bend)} ${round(y1)} ${round(x2 - bend)} ${round(y2)} ${round(x2)} ${round(y2)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function list(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter((item): item is JsonObject => typeof item === "object" && item !== null && !Array.isArray(item)) : [];
}
