import type { Tx } from './transaction.ts';

/**
 * A call from a room to one above it, which it does not import: the lower room names the call and
 * types it, a higher one answers it, and `resources/upcalls.ts` binds all of them in one place. So
 * payments need not know that there are invoices, nor invoices that there are subscriptions.
 */
export interface Upcall<About extends readonly unknown[], Answer> {
  (tx: Tx, ...about: About): Answer;
  /** Says, once in a process, who answers. */
  bind(answer: (tx: Tx, ...about: About) => Answer): void;
}

/** @param what is called for, as an error names it where nobody answers */
export function upcall<About extends readonly unknown[], Answer = void>(
  what: string,
): Upcall<About, Answer> {
  let bound: ((tx: Tx, ...about: About) => Answer) | undefined;
  const call = (tx: Tx, ...about: About): Answer => {
    if (bound === undefined) throw new Error(`nobody says ${what}: see resources/upcalls.ts`);
    return bound(tx, ...about);
  };
  return Object.assign(call, {
    bind(answer: (tx: Tx, ...about: About) => Answer): void {
      if (bound !== undefined) throw new Error(`${what} is said twice: see resources/upcalls.ts`);
      bound = answer;
    },
  });
}
