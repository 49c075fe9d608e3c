import type { Random } from './random.ts';

/** What a scenario is played on. */
export interface Stage {
  readonly seed: number;
  readonly random: Random;
  /** Tells whoever watches how far it is. */
  say(line: string): void;
  /** The address of a fresh, migrated database; the stage drops it in the end. */
  newDatabase(): Promise<string>;
}

/** Throws when what it guarantees does not hold; leaves nothing running. */
export type Scenario<Size> = (stage: Stage, size: Size) => Promise<void>;
