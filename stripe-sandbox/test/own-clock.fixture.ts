import { onTestFinished } from 'vitest';
import { startValidated, type Validated } from './validated.fixture.ts';

export interface OwnClock extends Validated {
  /** Lets the sandbox's own clock go on. */
  readonly wait: (seconds: number) => void;
}

/** A sandbox that ends with its test, and whose own clock stands until the test moves it. */
export async function startOwnClock(options: {
  readonly seed: string;
  /** Epoch seconds. */
  readonly now: number;
}): Promise<OwnClock> {
  let { now } = options;
  const started = await startValidated({ seed: options.seed, clock: () => now * 1000 });
  onTestFinished(() => started.sandbox.close());
  return {
    ...started,
    wait(seconds) {
      now += seconds;
    },
  };
}
