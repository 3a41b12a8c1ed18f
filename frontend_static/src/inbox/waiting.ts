import { useEffect } from "react";
import { approvalList } from "../api/runs";
import { useResource, type Resource } from "../api/useResource";
import type { ApprovalOut } from "../contracts/api";

const LOOK_EVERY_MS = 10_000;

const fetchApprovals = async (_: null, signal: AbortSignal): Promise<ApprovalOut[]> => (await approvalList({ signal })).items;

/** What waits for the reader, asked again now and then and whenever the page is looked at again. */
export function useApprovals(): { state: Resource<ApprovalOut[]>; reload: () => Promise<void>; update: (change: (value: ApprovalOut[]) => ApprovalOut[]) => void } {
  const found = useResource(fetchApprovals, null);
  const { reload } = found;
  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) void reload();
    };
    const timer = window.setInterval(look, LOOK_EVERY_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [reload]);
  return found;
}
