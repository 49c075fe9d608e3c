/** What was done of a step, and whether there is more. */
export interface StepTaken {
  readonly events: number;
  readonly goesOn: boolean;
}

interface Steps {
  readonly first: number;
  readonly most: number;
  /** How many events a step is meant to find. */
  readonly aim: number;
}

/** A step is at most so many times as large as the one before, and at least such a part of it. */
const FACTOR = 4;

/**
 * Steps that grow where they find little to do and shrink where they find much, or fail: so each
 * transaction stays short, whatever was booked.
 */
export function adaptiveStep({ first, most, aim }: Steps) {
  let size = first;
  const shrunk = (): number => Math.max(1, Math.floor(size / FACTOR));
  return {
    /** Answers how much was done; at least 1 where there is more. */
    async take(step: (size: number) => Promise<StepTaken>): Promise<number> {
      const tried = size;
      try {
        const { events, goesOn } = await step(tried);
        const wanted = Math.floor((tried * aim) / Math.max(1, events));
        size = Math.min(most, Math.max(shrunk(), Math.min(wanted, size * FACTOR)));
        return goesOn ? Math.max(events, 1) : events;
      } catch (error) {
        size = shrunk();
        throw error;
      }
    },
  };
}
