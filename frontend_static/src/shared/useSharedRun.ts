import { useCallback, useEffect, useState } from "react";
import { asApiError } from "../api/client";
import { sharedRunGet } from "../api/shared";
import type { SharedRunOut } from "../contracts/api";

const SOON_MS = 500;
const LATER_MS = 3_000;
/** Each look is a little later than the one before. */
const SLOWER = 1.25;

const keyOf = (token: string): string => `shared.run.${token.slice(0, 8)}`;

/** The run that this visitor started, looked at until it ends. A reload finds it again. */
export function useSharedRun(token: string | null) {
  const [run, setRun] = useState<SharedRunOut | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const id = run?.id ?? null;
  const isOver = run !== null && run.finished_at !== null;

  const leave = useCallback((): void => {
    if (token !== null) store(token, null);
    setRun(null);
    setTrouble(null);
  }, [token]);
  const follow = useCallback(
    (next: SharedRunOut): void => {
      if (token !== null) store(token, next.id);
      setRun(next);
    },
    [token],
  );
  useEffect(() => {
    const known = token === null ? null : stored(token);
    if (token === null || known === null) return undefined;
    const controller = new AbortController();
    sharedRunGet(token, known, { signal: controller.signal }).then(setRun, () => !controller.signal.aborted && store(token, null));
    return () => controller.abort();
  }, [token]);
  useEffect(() => {
    if (token === null || id === null || isOver) return undefined;
    const controller = new AbortController();
    let wait = SOON_MS;
    let timer = 0;
    const look = async (): Promise<void> => {
      try {
        setRun(await sharedRunGet(token, id, { signal: controller.signal }));
        setTrouble(null);
      } catch (thrown) {
        const error = asApiError(thrown);
        if (controller.signal.aborted) return;
        setTrouble(error.status === 404 ? "This link does not work any more: what comes out cannot be shown." : error.message);
        if (!error.isPassing) return;
      }
      wait = Math.min(LATER_MS, wait * SLOWER);
      timer = window.setTimeout(() => void look(), wait);
    };
    timer = window.setTimeout(() => void look(), wait);
    return () => {
      controller.abort();
      window.clearTimeout(timer);
    };
  }, [token, id, isOver]);
  return { run, follow, leave, trouble };
}

function stored(token: string): string | null {
  try {
    return window.sessionStorage.getItem(keyOf(token));
  } catch {
    return null;
  }
}

function store(token: string, id: string | null): void {
  try {
    if (id === null) window.sessionStorage.removeItem(keyOf(token));
    else window.sessionStorage.setItem(keyOf(token), id);
  } catch {
    // Private windows may refuse storage; a reload then shows the form.
  }
}
