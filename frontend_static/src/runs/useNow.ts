import { useEffect, useState } from "react";

/** The time, told anew every so often while `isTicking`; else the time of the last tick. */
export function useNow(isTicking: boolean, everyMillis = 200): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => setNow(Date.now()), everyMillis);
    return () => clearInterval(timer);
  }, [isTicking, everyMillis]);
  return now;
}
