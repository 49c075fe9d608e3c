import type { Page } from 'playwright-core';
import type { Answers } from './portal.fixture.ts';

/** A page in a state that it has, to be looked at. */
export interface Situation {
  readonly name: string;
  readonly path: string;
  readonly heading: string;
  readonly answers: Answers;
  readonly act?: (page: Page) => Promise<void>;
}
