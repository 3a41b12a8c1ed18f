import { useState, type KeyboardEvent } from "react";
import type { Json } from "../contracts/api";
import type { NodeDoc } from "../contracts/document";
import { IconButton } from "../ui";
import { expressionOf, isExpression, valueOf } from "./expressions";
import type { ParamSpec } from "./form";

/** How a param is given: as a value, or by an expression in its place. */
export interface Way {
  isExpression: boolean;
  /** It was changed by hand, and the new control takes the focus. */
  isFresh: boolean;
  change: () => void;
  /** Writes the expression; without one it stays the way that was chosen. */
  write: (text: Json | undefined) => void;
  onKey: (event: KeyboardEvent) => void;
}

export function useWay(node: NodeDoc, spec: ParamSpec, onChange: (value: Json | undefined) => void): Way {
  const stored = node.params[spec.name];
  const [isAsked, setAsked] = useState(false);
  const isNow = spec.isSwitchable && (isExpression(stored) || (isAsked && stored === undefined));
  const [wasFirst] = useState(isNow);
  const change = (): void => {
    setAsked(!isNow);
    if (isNow) {
      const written = isExpression(stored) ? valueOf(stored) : undefined;
      if (stored !== undefined) onChange(accepts(spec, written) ? written : undefined);
      return;
    }
    const text = expressionOf(stored ?? spec.defaultValue);
    if (text !== undefined || stored !== undefined) onChange(text);
  };
  const write = (text: Json | undefined): void => {
    setAsked(true);
    onChange(text);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "=" || event.ctrlKey || event.metaKey || isNow || !spec.isSwitchable || IS_TEXT.has(spec.kind)) return;
    event.preventDefault();
    change();
  };
  return { isExpression: isNow, isFresh: !wasFirst, change, write, onKey };
}

/** In these controls an equals sign may be meant. */
const IS_TEXT = new Set(["model", "list", "pairs"]);

function accepts(spec: ParamSpec, value: Json | undefined): boolean {
  switch (spec.kind) {
    case "select":
      return value !== undefined && spec.options.includes(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value);
    case "pairs":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return typeof value === "string";
  }
}

/** The switch beside a param's label. */
export function WayButton({ spec, way }: { spec: ParamSpec; way: Way }) {
  return <IconButton small icon="braces" label={`Expression for ${spec.title}`} keys={IS_TEXT.has(spec.kind) ? undefined : "="} aria-pressed={way.isExpression} onClick={way.change} />;
}
