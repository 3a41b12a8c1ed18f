import type { Json, JsonObject } from "../../contracts/api";
import { isObject } from "../../document/normalise";

export interface Rows {
  rows: JsonObject[];
  set: (index: number, change: JsonObject) => void;
  add: (row: JsonObject) => void;
  remove: (index: number) => void;
  shift: (index: number, by: -1 | 1) => void;
}

/** A list of objects, edited row by row. Keys that the form does not show are kept. */
export function rowsOf(value: Json | undefined, onChange: (rows: Json) => void): Rows {
  const rows = Array.isArray(value) ? value.filter(isObject) : [];
  return {
    rows,
    set: (index, change) => onChange(rows.map((row, at) => (at === index ? { ...row, ...change } : row))),
    add: (row) => onChange([...rows, row]),
    remove: (index) => onChange(rows.filter((_row, at) => at !== index)),
    shift: (index, by) => {
      const next = [...rows];
      const [row] = next.splice(index, 1);
      if (row) next.splice(Math.max(0, index + by), 0, row);
      onChange(next);
    },
  };
}
