import { failureCount } from "../api/failures";
import { useResource } from "../api/useResource";
import { useEvery } from "./every";

const LOOK_EVERY_MS = 10_000;

const fetchCount = async (_: null, signal: AbortSignal): Promise<number> => (await failureCount({ signal })).open;

/** How many causes call for work. */
export function useOpenFailures(): number {
  const { state, reload } = useResource(fetchCount, null);
  useEvery(LOOK_EVERY_MS, reload);
  return state.kind === "ready" ? state.value : 0;
}
