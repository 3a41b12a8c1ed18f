import { asApiError } from "../api/client";
import { failureAssign, failureSetState } from "../api/failures";
import type { FailureOut, FailureStateIn } from "../contracts/api";
import { toast } from "../ui";
import { STATE_WORDS } from "./words";

type Group = Pick<FailureOut, "id">;

/** Do something for each group, one after the other, and say what came of it. True when all of it was done. */
export async function actOn(groups: readonly Group[], work: (id: string) => Promise<unknown>, done: string): Promise<boolean> {
  try {
    for (const { id } of groups) await work(id);
  } catch (thrown) {
    toast({ tone: "fail", text: asApiError(thrown).message });
    return false;
  }
  if (groups.length > 0) toast({ tone: "ok", text: groups.length === 1 ? `${done}.` : `${done}: ${groups.length} failures.` });
  return true;
}

export const setState = (groups: readonly Group[], body: FailureStateIn): Promise<boolean> => actOn(groups, (id) => failureSetState(id, body), STATE_WORDS[body.state]);

export const assign = (groups: readonly Group[], email: string | null): Promise<boolean> =>
  actOn(groups, (id) => failureAssign(id, email), email === null ? "Assigned to nobody" : `Assigned to ${email}`);
