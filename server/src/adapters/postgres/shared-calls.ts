/**
 * Lets many callers share calls of `work`: each gets one that began after it asked, and no two run
 * at once.
 */
export function shareCalls(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const start = (): Promise<void> => {
    const call = work().finally(() => {
      if (running === call) running = undefined;
    });
    running = call;
    return call;
  };

  return () => {
    if (running === undefined) return start();
    next ??= running
      // How the earlier call ended is its own callers' business.
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
