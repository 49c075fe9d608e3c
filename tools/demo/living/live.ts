import { setTimeout as wait } from 'node:timers/promises';
import { DAY_MS } from '@whisperforge/kernel/period';
import { playCards } from '../cards/cards.ts';
import type { StripeAt } from '../cards/stripe-api.ts';
import { createCompany, eventsWithin, type Company, type Week } from '../company/company.ts';
import type { Days } from '../company/story.ts';
import { openDoors, type Doors, type DoorsOptions } from '../doors.ts';
import { writeJournal, type CardsJournal, type Journal } from '../journal.ts';
import { writeRenewal } from '../write-steps.ts';
import { writeTold } from '../write-told.ts';
import { eachOf, writeWeek } from '../write-week.ts';
import { isRenewedIn, partOf } from './day.ts';

export interface Living extends Omit<DoorsOptions, 'beginMs'> {
  readonly dataDir: string;
  /** Of a company whose past is complete. */
  readonly journal: Journal;
  /** Where those pay who pay by card; without it they stay as they were. */
  readonly stripe: StripeAt | undefined;
  readonly signal: AbortSignal;
}

const TICK_MS = 10_000;
const HOUR_MS = 3_600_000;
/** The clock of card payers is moved so often: each time Stripe tells of it. */
const CARDS_EVERY_MS = HOUR_MS;
/** A ticket may be closed days after it was opened, and is told of again. */
const TOLD_AGAIN_DAYS = 3;

/**
 * Lets a company go on after its founding: what happens on a day follows from the seed and the day,
 * and is written as time comes to it. However long it was stopped, it catches up day by day.
 */
export async function liveOn(living: Living): Promise<void> {
  const { dataDir, signal, clock } = living;
  const doors = await openDoors({ ...living, beginMs: livedUntil(living.journal) });
  const kept = { journal: living.journal };
  const keep = (change: Partial<Journal>): void => {
    kept.journal = { ...kept.journal, ...change };
    writeJournal(dataDir, kept.journal);
  };
  let cardsMs = 0;
  try {
    const life = createLife(doors, living.journal);
    while (!signal.aborted) {
      const nowMs = clock.nowMs();
      for await (const livedUntilMs of life.until(nowMs)) {
        keep({ livedUntilMs });
        if (signal.aborted) return;
      }
      if (nowMs >= cardsMs + CARDS_EVERY_MS) {
        await payByCard({ living, doors, journal: kept.journal, keep }, nowMs);
        cardsMs = nowMs;
      }
      await wait(TICK_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await doors.close();
  }
}

interface Paying {
  readonly living: Living;
  readonly doors: Doors;
  readonly journal: Journal;
  readonly keep: (change: Partial<Journal>) => void;
}

async function payByCard(paying: Paying, nowMs: number): Promise<void> {
  const { living, doors, journal, keep } = paying;
  const { stripe, signal } = living;
  if (stripe === undefined || journal.cards === undefined) return;
  const onDone = (cards: CardsJournal): void => keep({ cards });
  await playCards({ doors, stripe, journal, onDone, goOn: () => signal.throwIfAborted() }, nowMs);
}

export interface Life {
  /** Lives until an instant; tells after each day, and at the end, how far it has come. */
  until(nowMs: number): AsyncGenerator<number>;
}

export function createLife(doors: Doors, journal: Journal): Life {
  let livedMs = livedUntil(journal);
  let today: Today | undefined;
  return {
    async *until(nowMs) {
      while (livedMs < nowMs) {
        const { startMs } = dayAt(livedMs);
        if (today?.days.startMs !== startMs) today = await beginDay(doors, journal, startMs);
        const endMs = Math.min(
          isOver(today.days, nowMs) ? today.days.endMs : hourAfter(livedMs),
          nowMs,
        );
        await writeWeek(doors, partOf(today.events, { startMs: livedMs, endMs }));
        if (endMs === today.days.endMs) await endDay(doors, today, nowMs);
        livedMs = endMs;
        yield livedMs;
      }
    },
  };
}

/** Of today, hour by hour, so that news are told in about the order in which they happen. */
function hourAfter(atMs: number): number {
  return (Math.floor(atMs / HOUR_MS) + 1) * HOUR_MS;
}

function isOver({ endMs }: Days, nowMs: number): boolean {
  return endMs <= nowMs;
}

interface Today {
  readonly days: Days;
  readonly company: Company;
  readonly events: Week;
}

function livedUntil({ livedUntilMs, terms }: Journal): number {
  return livedUntilMs ?? createCompany(terms).untilMs;
}

/** Days are those of UTC, as the day of its founding is. */
function dayAt(atMs: number): Days {
  const startMs = Math.floor(atMs / DAY_MS) * DAY_MS;
  return { startMs, endMs: startMs + DAY_MS };
}

/** What is known ahead, such as the day's exchange rate, is told at its beginning. */
async function beginDay(doors: Doors, { terms }: Journal, startMs: number): Promise<Today> {
  const days = dayAt(startMs);
  const company = createCompany(terms, days.endMs);
  await writeTold(doors, company, { when: 'ahead', spans: [days], nowMs: startMs });
  return { days, company, events: eventsWithin(company, days) };
}

async function endDay(doors: Doors, { days, company }: Today, nowMs: number): Promise<void> {
  const { startMs, endMs } = days;
  const paying = company.lives.filter(({ steps }) => isRenewedIn(days, steps));
  await eachOf(paying, ({ person }) => writeRenewal(doors, { user: person.id, nowMs: endMs }));
  await writeTold(doors, company, { when: 'after', spans: [days], nowMs });
  const spans = Array.from({ length: TOLD_AGAIN_DAYS }, (_, index) => ({
    startMs: startMs - index * DAY_MS,
    endMs: endMs - index * DAY_MS,
  })).filter((span) => span.startMs >= company.story.endMs);
  await writeTold(doors, company, { when: 'of_users', spans, nowMs });
}
