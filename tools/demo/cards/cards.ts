import { setTimeout as wait } from 'node:timers/promises';
import { DAY_MS } from '@whisperforge/kernel/period';
import { cardDeedsOf } from '../company/cards.ts';
import { storyOf } from '../company/story.ts';
import type { Doors } from '../doors.ts';
import type { CardsJournal, Journal } from '../journal.ts';
import { writeCodes } from './codes.ts';
import { playUses } from './play-uses.ts';
import { perform, type Performed, type Stage } from './perform.ts';
import { stripeApi, type Listed, type StripeApi, type StripeAt } from './stripe-api.ts';

export interface Cards {
  readonly doors: Doors;
  readonly stripe: StripeAt;
  readonly journal: Journal;
  /** To be told after each deed. */
  readonly onDone: (cards: CardsJournal) => void;
  /** Reads a customer anew, as of the instant that their clock shows. */
  readonly look?: (performed: Performed) => Promise<void>;
  /** Throws where it is to stop, between one deed and the next. */
  readonly goOn: () => void;
}

/** Lets those who pay by card do what they do until an instant, and their clock come to it. */
export async function playCards(cards: Cards, untilMs: number): Promise<void> {
  const { doors, journal, goOn, look } = cards;
  const story = storyOf(journal.terms);
  const deeds = cardDeedsOf(journal.terms, story, untilMs);
  const [first] = deeds;
  if (first === undefined) return;
  const api = stripeApi(cards.stripe);
  let known = journal.cards ?? (await beginCards(cards, api, first.atMs));
  const stage: Stage = { doors, api, testClock: known.testClock, prices: await pricesOf(api) };
  const met = new Map<string, Performed>();
  const come = async (atMs: number): Promise<void> => {
    await showTime(stage, atMs);
    doors.walking.advanceTo(Math.max(atMs, doors.walking.nowMs()));
    const { usedUntilMs: fromMs = dayOf(atMs) } = known;
    const done = { deeds: deeds.slice(0, known.deedsDone), terms: journal.terms };
    known = { ...known, usedUntilMs: await playUses(doors, done, { fromMs, untilMs: atMs }) };
    cards.onDone(known);
  };
  for (const deed of deeds.slice(known.deedsDone)) {
    goOn();
    await come(deed.atMs);
    const performed = await perform(stage, deed);
    met.set(deed.payer.person.id, performed);
    await look?.(performed);
    known = { ...known, deedsDone: known.deedsDone + 1 };
    cards.onDone(known);
  }
  await come(untilMs);
  if (look === undefined) return;
  for (const performed of met.values()) await look(performed);
}

/** Their clock begins a little before the first of them buys. */
async function beginCards(
  { doors }: Cards,
  api: StripeApi,
  firstMs: number,
): Promise<CardsJournal> {
  await writeCodes(doors, api, firstMs);
  const frozen = String(Math.floor(firstMs / 1_000));
  const clock = await api.post<{ id: string }>('test_helpers/test_clocks', {
    frozen_time: frozen,
    name: 'the demo company',
  });
  return { testClock: clock.id, deedsDone: 0, usedUntilMs: dayOf(firstMs) };
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

async function pricesOf(api: StripeApi): Promise<ReadonlyMap<string, string>> {
  const query = { limit: '100', active: 'true' };
  const { data } = await api.get<Listed<{ id: string; lookup_key: string | null }>>(
    'prices',
    query,
  );
  return new Map(data.flatMap(({ id, lookup_key: key }) => (key === null ? [] : [[key, id]])));
}

const POLL_MS = 5;

interface Clock {
  readonly frozen_time: number;
  readonly status: string;
}

/** Waits until the clock shows an instant, and all that fell due on the way has happened. */
async function showTime({ api, testClock }: Stage, atMs: number): Promise<void> {
  const path = `test_helpers/test_clocks/${testClock}`;
  const wanted = Math.floor(atMs / 1_000);
  const now = await api.get<Clock>(path);
  if (now.frozen_time >= wanted && now.status === 'ready') return;
  if (now.status === 'ready') await api.post(`${path}/advance`, { frozen_time: String(wanted) });
  while ((await api.get<Clock>(path)).status !== 'ready') await wait(POLL_MS);
}
