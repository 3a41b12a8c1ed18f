import { useEffect } from "react";

/** Ask again now and then while the page is looked at, and at once when it is looked at again. */
export function useLooking(reload: () => Promise<void>, everyMs: number): void {
  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) void reload();
    };
    const timer = window.setInterval(look, everyMs);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [reload, everyMs]);
}
