import { useCallback, useMemo, useState } from "react";
import { failureList } from "../api/failures";
import { useResource, type Resource } from "../api/useResource";
import type { FailureOut, FailurePage } from "../contracts/api";
import { useEvery } from "./every";
import { askFilter, readFilter } from "./query";

const LOOK_EVERY_MS = 2000;

export interface Failures {
  state: Resource<FailurePage>;
  items: readonly FailureOut[];
  reload: () => Promise<void>;
  hasMore: boolean;
  more: () => void;
}

/** The groups that a filter finds, asked again every two seconds while somebody looks. */
export function useFailures(query: string): Failures {
  const [pages, setPages] = useState(1);
  const fetcher = useCallback(
    async (search: string, signal: AbortSignal): Promise<FailurePage> => {
      const asked = askFilter(readFilter(new URLSearchParams(search)), Date.now());
      let page = await failureList(asked, { signal });
      const items = [...page.items];
      for (let number = 1; number < pages && page.next !== null; number += 1) {
        page = await failureList({ ...asked, after: page.next }, { signal });
        items.push(...page.items);
      }
      return { ...page, items };
    },
    [pages],
  );
  const { state, reload } = useResource(fetcher, query);
  useEvery(LOOK_EVERY_MS, reload);
  const items = useMemo(() => (state.kind === "ready" ? state.value.items : []), [state]);
  return { state, items, reload, hasMore: state.kind === "ready" && state.value.next !== null, more: () => setPages((count) => count + 1) };
}
