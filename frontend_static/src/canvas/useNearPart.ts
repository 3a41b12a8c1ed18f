import { useStoreApi, type Viewport } from "@xyflow/react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from "react";
import type { FlowState } from "./flowStore";
import { nearPart, nextSpan, shownSpan, type Span } from "./nearPart";

const NOTHING: FlowState = { nodes: [], edges: [] };

/** Follows the view and gives the part of the graph around it; nothing while the far picture stands for all of it. */
export function useNearPart(graph: FlowState, first: Viewport | null, isFar: boolean, frame: RefObject<HTMLDivElement | null>): FlowState {
  const inner = useStoreApi();
  const [span, setSpan] = useState<Span | null>(null);
  const given = useRef<Span | null>(null);

  useLayoutEffect(() => {
    const box = frame.current?.getBoundingClientRect();
    if (!first || !box) return;
    given.current = nextSpan(null, shownSpan({ ...first, width: box.width, height: box.height }));
    setSpan(given.current);
  }, [first, frame]);

  useEffect(
    () =>
      inner.subscribe(({ transform: [x, y, zoom], width, height }) => {
        if (width === 0) return;
        const next = nextSpan(given.current, shownSpan({ x, y, zoom, width, height }));
        if (next === given.current) return;
        given.current = next;
        setSpan(next);
      }),
    [inner],
  );

  return useMemo(() => (isFar || !span ? NOTHING : nearPart(graph, span)), [graph, span, isFar]);
}
