import type { Database, Tx } from './database.ts';

/** Ends a transaction of which nothing is to be kept, with what it has come to. */
class Foreseen extends Error {
  override readonly name = 'Foreseen';
  readonly result: unknown;

  constructor(result: unknown) {
    super('a change that was only tried is taken back');
    this.result = result;
  }
}

/**
 * Carries a command out in a transaction of its own. Where it is only tried, all of it is done and
 * none of it is kept, so that what is foreseen cannot differ from what will be.
 */
export async function performOrTry<T>(
  database: Database,
  { isDry }: { readonly isDry: boolean },
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    return await database.transaction(async (tx) => {
      const result = await work(tx);
      if (isDry) throw new Foreseen(result);
      return result;
    });
  } catch (error) {
    if (error instanceof Foreseen) return error.result as T;
    throw error;
  }
}
