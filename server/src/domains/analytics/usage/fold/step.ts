/** What was done of a step, and whether there is more. */
export interface StepTaken {
  readonly events: number;
  readonly goesOn: boolean;
}

const MANY_EVENTS = 50_000;

/**
 * Steps that grow where they find little to do and shrink where they find much, or fail: so each
 * transaction stays short, whatever was booked.
 */
export function adaptiveStep({ first, most }: { readonly first: number; readonly most: number }) {
  let size = first;
  return {
    /** Answers how much was done; at least 1 where there is more. */
    async take(step: (size: number) => Promise<StepTaken>): Promise<number> {
      try {
        const { events, goesOn } = await step(size);
        if (events > MANY_EVENTS) size = Math.max(1, Math.floor(size / 4));
        else if (events < MANY_EVENTS / 10) size = Math.min(most, size * 4);
        return goesOn ? Math.max(events, 1) : events;
      } catch (error) {
        size = Math.max(1, Math.floor(size / 4));
        throw error;
      }
    },
  };
}
