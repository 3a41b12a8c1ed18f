import { useEffect } from "react";
import { stepList } from "../api/runs";
import { useResource } from "../api/useResource";
import type { StepsOut } from "../contracts/api";
import type { NodeRunView } from "../runs/view";

/** Steps that come together are read together. */
const SOON_MS = 150;

const fetchSteps = (address: string, signal: AbortSignal): Promise<StepsOut> => {
  const [runId = "", key = ""] = address.split("\n");
  return stepList(runId, key, { signal });
};

/** The recorded steps of a node run, read anew when more is told of them. */
export function useSteps(runId: string, { key, steps, calls, status, attempt }: NodeRunView): ReturnType<typeof useResource<string, StepsOut>> {
  const resource = useResource(fetchSteps, `${runId}\n${key}`);
  const { reload } = resource;
  useEffect(() => {
    if (steps + calls === 0 && attempt <= 1) return;
    const timer = window.setTimeout(() => void reload(), SOON_MS);
    return () => window.clearTimeout(timer);
  }, [steps, calls, status, attempt, reload]);
  return resource;
}
