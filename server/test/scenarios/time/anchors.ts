import assert from 'node:assert/strict';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Stage } from '../support/stage.ts';
import { startDrivenServer, type DrivenServer } from './driven-server.ts';

export interface AnchorsSize {
  /** How many quota periods each user lives through. */
  readonly periods: number;
}

const TIME = 'T10:20:30.456Z';
const LEAP_YEAR = [
  ['02-29', '03-31', '04-30', '05-31', '06-30', '07-31', '08-31', '09-30', '10-31', '11-30'],
  ['12-31'],
]
  .flat()
  .map((day) => `2024-${day}`);
const YEAR_AFTER = [
  ['01-31', '02-28', '03-31', '04-30', '05-31', '06-30', '07-31', '08-31', '09-30', '10-31'],
  ['11-30', '12-31'],
]
  .flat()
  .map((day) => `2025-${day}`);
/** The days on which the periods of somebody who signed up on 31 January begin, written out. */
const STARTS = ['2024-01-31', ...LEAP_YEAR, ...YEAR_AFTER].map((day) => `${day}${TIME}`);
const FREE_MINUTES = 60;
const HOUR_MS = 3_600_000;

/**
 * Quota periods of somebody who signed up on the last day of January begin on the last day of
 * shorter months and on the 31st of longer ones, over a leap year and the next; each is seen at
 * its instant, and what happened before it is booked to the one before.
 */
export async function anchors(stage: Stage, size: AnchorsSize): Promise<void> {
  const startMs = Date.parse(STARTS[0]!);
  await using server = await startDrivenServer(stage, startMs + 2 * HOUR_MS);
  const user = 'signed-up-on-31-january';
  await server.makeUser(user, startMs);
  const periods = Math.min(size.periods, STARTS.length - 1);
  for (let period = 0; period < periods; period += 1) {
    await livePeriod(server, user, {
      periodStart: STARTS[period]!,
      periodEnd: STARTS[period + 1]!,
    });
  }
  stage.say(`${periods} periods from ${STARTS[0]} to ${STARTS[periods]}`);
}

interface Period {
  readonly periodStart: string;
  readonly periodEnd: string;
}

async function livePeriod(server: DrivenServer, user: string, period: Period): Promise<void> {
  const endMs = Date.parse(period.periodEnd);
  const late = 1;
  assert.partialDeepStrictEqual(await server.standing(user), { ...period, used: 0 });
  server.clock.advanceTo(endMs - 1);
  await server.use(user, FREE_MINUTES - late);
  assert.partialDeepStrictEqual(await server.standing(user), { ...period, remaining: late });
  assert.equal(await server.mayUse(user, late + 1), false);
  server.clock.advanceTo(endMs);
  const next = { periodStart: period.periodEnd, used: 0, remaining: FREE_MINUTES };
  assert.partialDeepStrictEqual(await server.standing(user), next);
  server.clock.advanceBy(HOUR_MS);
  const { balances } = await server.post<{ balances: { period_end: string; used: number }[] }>(
    '/v1/track',
    { user, event: 'audio_processed', amount: late, occurred_at: formatInstant(endMs - 1) },
  );
  assert.partialDeepStrictEqual(balances, [
    { period_end: period.periodEnd, used: FREE_MINUTES, remaining: 0 },
  ]);
  assert.partialDeepStrictEqual(await server.standing(user), next);
}
