/** Calls `work` once for any number of requests within a frame; a hidden page has no frames and gets a slow timer. */
export function oncePerFrame(work: () => void): () => void {
  let isAsked = false;
  const run = (): void => {
    isAsked = false;
    work();
  };
  return () => {
    if (isAsked) return;
    isAsked = true;
    if (typeof document === "undefined" || document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  };
}

/** Calls `work` soon after the first request, and for those that follow no more often than this. */
export const atMostEvery =
  (millis: number) =>
  (work: () => void): (() => void) => {
    let isAsked = false;
    let workedAt = Number.NEGATIVE_INFINITY;
    return () => {
      if (isAsked) return;
      isAsked = true;
      setTimeout(
        () => {
          isAsked = false;
          workedAt = performance.now();
          work();
        },
        Math.max(0, workedAt + millis - performance.now()),
      );
    };
  };
