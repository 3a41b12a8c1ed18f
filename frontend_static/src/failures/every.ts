import { useEffect } from "react";

/** Do something now and then while the page is looked at, and when it is looked at again. One at a time. */
export function useEvery(milliseconds: number, work: () => Promise<void>): void {
  useEffect(() => {
    let isBusy = false;
    const look = (): void => {
      if (document.hidden || isBusy) return;
      isBusy = true;
      void work().finally(() => (isBusy = false));
    };
    const timer = window.setInterval(look, milliseconds);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [milliseconds, work]);
}
