import { useEffect, useRef } from 'preact/hooks';

const MOST_PAUSES = 12;
const GROWTH = 1.25;

/**
 * Calls again and again while somebody looks at the page, one call at a time. Where nothing
 * changes the pauses grow, up to twelve times as long; with a change they are short again.
 */
export function usePoll(work: () => Promise<void>, seen: string, everyMs: number): void {
  const pauses = useRef(1);
  useEffect(() => {
    pauses.current = 1;
  }, [seen]);
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const turn = async (): Promise<void> => {
      if (globalThis.document.visibilityState === 'visible') await latest.current();
      pauses.current = Math.min(MOST_PAUSES, pauses.current * GROWTH);
      if (!isOver) timer = setTimeout(() => void turn(), everyMs * pauses.current);
    };
    const comeBack = (): void => {
      if (globalThis.document.visibilityState !== 'visible') return;
      clearTimeout(timer);
      pauses.current = 1;
      void turn();
    };
    timer = setTimeout(() => void turn(), everyMs);
    globalThis.document.addEventListener('visibilitychange', comeBack);
    return () => {
      isOver = true;
      clearTimeout(timer);
      globalThis.document.removeEventListener('visibilitychange', comeBack);
    };
  }, [everyMs]);
}
