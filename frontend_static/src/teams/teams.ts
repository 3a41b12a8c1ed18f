import { teamList } from "../api/teams";
import { useResource } from "../api/useResource";
import type { TeamOut } from "../contracts/api";

const fetchTeams = (_: null, signal: AbortSignal): Promise<TeamOut[]> => teamList({ signal });

/** The reader's teams; none while they are asked for, and where they cannot be. */
export function useTeams(): readonly TeamOut[] {
  const { state } = useResource(fetchTeams, null);
  return state.kind === "ready" ? state.value : [];
}
