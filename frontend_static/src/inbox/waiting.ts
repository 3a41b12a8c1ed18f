import { approvalList } from "../api/runs";
import { useLooking } from "../api/useLooking";
import { useResource, type Resource } from "../api/useResource";
import type { ApprovalOut } from "../contracts/api";

const LOOK_EVERY_MS = 10_000;

const fetchApprovals = async (_: null, signal: AbortSignal): Promise<ApprovalOut[]> => (await approvalList({ signal })).items;

/** What waits for the reader, asked again now and then and whenever the page is looked at again. */
export function useApprovals(): { state: Resource<ApprovalOut[]>; reload: () => Promise<void>; update: (change: (value: ApprovalOut[]) => ApprovalOut[]) => void } {
  const found = useResource(fetchApprovals, null);
  useLooking(found.reload, LOOK_EVERY_MS);
  return found;
}
