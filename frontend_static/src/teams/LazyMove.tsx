import { lazy, Suspense } from "react";
import { meGet } from "../api/me";
import { useResource } from "../api/useResource";
import type { BelongsTo } from "../contracts/api";

const MoveDialog = lazy(() => import("./MoveDialog"));
const fetchMe = (_: null, signal: AbortSignal) => meGet({ signal });

interface LazyMoveProps {
  kind: "workflows" | "knowledge";
  thing: { id: string; name: string; belongs_to: BelongsTo };
  onDone: () => void;
  onClose: () => void;
}

/** The dialog that hands something over, loaded when it is asked for. */
export function LazyMove(props: LazyMoveProps) {
  const { state } = useResource(fetchMe, null);
  if (state.kind !== "ready") return null;
  return (
    <Suspense fallback={null}>
      <MoveDialog {...props} me={state.value.email} />
    </Suspense>
  );
}
