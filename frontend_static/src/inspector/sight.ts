import { createContext, useContext, useEffect, useMemo, useState } from "react";
import { useDocument, useEditor } from "../actions/editor";
import { namesGet, valuePreview, type Place } from "../api/sight";
import { isAbort } from "../api/client";
import type { Json, KnownOut, PreviewedOut } from "../contracts/api";
import type { NodeDoc } from "../contracts/document";
import { keyOf, useNodeRun, useRunView } from "../runs/useRun";
import { runOf } from "../runs/view";

/** What the expressions of the shown node see, as the last run left it. */
export interface Sight extends Place {
  nodeId: string;
  /** The run that was looked at; null before the first one. */
  seenRun: string | null;
  known: readonly KnownOut[];
  isKnown: boolean;
}

const NOTHING: Sight = { nodeId: "", run: null, scope: "", seenRun: null, known: [], isKnown: false };

export const SightContext = createContext<Sight>(NOTHING);

export const useSight = (): Sight => useContext(SightContext);

/** The draft is saved by then, or soon after. */
const SAVED_MS = 1200;

/** Asks what a node sees: at once for another node or run, a little later when what leads to it changes. */
export function useSightOf(node: NodeDoc): Sight {
  const { workflowId, isReadOnly } = useEditor();
  const run = runOf(useRunView());
  const status = useNodeRun(node.id)?.status;
  const key = keyOf(node.id);
  const place: Place = useMemo(() => ({ run: run?.id ?? null, scope: run ? key.slice(0, key.lastIndexOf("/") + 1) : "" }), [run?.id, key]); // eslint-disable-line react-hooks/exhaustive-deps
  const edges = useDocument((view) => view.edges);
  const pins = useDocument((view) => [...view.nodes.values()].filter(({ pinned }) => pinned !== null).length);
  const [sight, setSight] = useState<Sight>(NOTHING);
  const isOther = sight.nodeId !== node.id || sight.run !== place.run || sight.scope !== place.scope;
  useEffect(() => {
    if (isReadOnly) return;
    const abort = new AbortController();
    const ask = (): void => {
      namesGet(workflowId, node.id, place, { signal: abort.signal }).then(
        ({ names, run: seenRun }) => setSight({ nodeId: node.id, ...place, seenRun, known: names, isKnown: true }),
        (thrown: unknown) => !isAbort(thrown) && setSight({ ...NOTHING, nodeId: node.id, ...place }),
      );
    };
    const timer = window.setTimeout(ask, isOther ? 0 : SAVED_MS);
    return () => {
      window.clearTimeout(timer);
      abort.abort();
    };
    // `isOther` only says how soon.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [workflowId, isReadOnly, node.id, place, edges, pins, status, run?.status]);
  return sight.nodeId === node.id ? sight : NOTHING;
}

export type Preview = { kind: "none" } | { kind: "asking" } | { kind: "answer"; answer: PreviewedOut };

const REST_MS = 300;
const NONE: Preview = { kind: "none" };

/** What a value gives, and whether it fits the param that it is for, asked when the typing rests. The last answer stays until the next one is there. */
export function usePreview(value: Json | undefined, isExpression: boolean, isWanted: boolean, param = ""): Preview {
  const { workflowId, isReadOnly } = useEditor();
  const sight = useSight();
  const { nodeId, run, scope, isKnown, known } = sight;
  const [preview, setPreview] = useState<Preview>(NONE);
  const text = JSON.stringify(value ?? null);
  const isAsked = isWanted && isKnown && !isReadOnly && (text.includes("{{") || (isExpression && value !== undefined && value !== ""));
  useEffect(() => {
    if (!isAsked) return;
    const abort = new AbortController();
    const timer = window.setTimeout(() => {
      valuePreview(workflowId, nodeId, { value: JSON.parse(text) as Json, is_expression: isExpression && !text.includes("{{"), param, run, scope }, { signal: abort.signal }).then(
        (answer) => setPreview({ kind: "answer", answer }),
        (thrown: unknown) => !isAbort(thrown) && setPreview(NONE),
      );
    }, REST_MS);
    return () => {
      window.clearTimeout(timer);
      abort.abort();
    };
  }, [workflowId, nodeId, run, scope, known, text, isExpression, isAsked, param]);
  return isAsked ? (preview.kind === "none" ? { kind: "asking" } : preview) : NONE;
}

/** The field in which somebody typed last: what is picked from the data goes there. */
type Insert = (expression: string) => void;
let field: Insert | null = null;

export const rememberField = (insert: Insert): void => {
  field = insert;
};

export const forgetField = (insert: Insert): void => {
  if (field === insert) field = null;
};

export const insertIntoField = (expression: string): boolean => {
  field?.(expression);
  return field !== null;
};
