import { readFile } from 'node:fs/promises';
import { assert } from '@whisperforge/kernel/assert';
import type { Clock } from '@whisperforge/kernel/clock';
import { dayIn, UTC } from '@whisperforge/kernel/period';
import { migrate } from '../../server/src/adapters/postgres/index.ts';
import { readCatalogFile } from '../../server/src/domains/pricing/index.ts';
import type { Config } from '../../server/src/main/config.ts';
import { chaptersOf, createCompany, eventsOf } from './company/company.ts';
import type { CompanyTerms } from './company/story.ts';
import { DEMO_ACTOR, openDoors, type Doors } from './doors.ts';
import type { Founded } from './fill.ts';
import { readJournal, writeJournal, type Journal } from './journal.ts';
import { writeWeek } from './write-week.ts';

export interface Foundation {
  readonly config: Pick<Config, 'databaseSchema' | 'graceDays' | 'dataDir'>;
  readonly url: string;
  /** As the journal names the database. */
  readonly database: string;
  readonly clock: Clock;
  readonly size?: Pick<CompanyTerms, 'people' | 'months'>;
}

const USUAL_SIZE = { people: 3_000, months: 24 };
const CATALOGUE = new URL('../../server/data/catalog.json', import.meta.url);
/** What the middle plan cost at first. */
const FIRST_PRICE_OF_PRO = '15.00';

/**
 * Before the server is started: gives a new database the catalogue that the company began with,
 * and its price change. Answers what is to be filled in; undefined where a company is complete, or
 * where the database has been used without one: that is left alone.
 */
export async function foundCompany(foundation: Foundation): Promise<Founded | undefined> {
  const { config, database, url } = foundation;
  const known = readJournal(config.dataDir);
  if (known !== undefined) {
    if (known.isComplete || known.database !== database) return undefined;
  }
  await migrate({ databaseUrl: url, schema: config.databaseSchema });
  const journal = known ?? newJournal(foundation);
  const company = createCompany(journal.terms);
  const { beginMs, priceMs } = company.story;
  const doors = await openDoors({ ...foundation, beginMs });
  try {
    if (known === undefined) {
      if (doors.commands.catalog.current().plans.size > 0) return undefined;
      writeJournal(config.dataDir, journal);
    }
    await publish(doors, { beginMs, priceMs });
    const founded = { company, journal };
    return known === undefined ? founded : await writeInterrupted(doors, founded, config.dataDir);
  } finally {
    await doors.close();
  }
}

/**
 * The chapter in which a run was killed, while no worker runs that could forget by which keys the
 * use of long ago is known.
 */
async function writeInterrupted(doors: Doors, { company, journal }: Founded, dataDir: string) {
  const { chaptersDone } = journal;
  const chapter = chaptersOf(company)[chaptersDone];
  if (chapter === undefined) return { company, journal };
  await writeWeek(doors, eventsOf(company, chapter));
  const further = { ...journal, chaptersDone: chaptersDone + 1 };
  writeJournal(dataDir, further);
  return { company, journal: further };
}

function newJournal({ clock, database, size }: Foundation): Journal {
  const today = dayIn(UTC, clock.nowMs());
  const terms = { seed: 'whisperforge', today, ...(size ?? USUAL_SIZE) };
  return { terms, database, chaptersDone: 0, isComplete: false };
}

/** Told again it changes nothing, and what staff have published since stays. */
async function publish(
  { pricing, commands: { catalog } }: Doors,
  { beginMs, priceMs }: { readonly beginMs: number; readonly priceMs: number },
): Promise<void> {
  const text = await readFile(CATALOGUE, 'utf8');
  const reason = 'the demo company';
  const context = { actor: DEMO_ACTOR, reason };
  await pricing.seedCatalogIfEmpty(readCatalogFile(withFirstPrice(text)), {
    ...context,
    nowMs: beginMs,
  });
  await catalog.load();
  const versions = [...catalog.current().plans.values()].filter(({ slug }) => slug === 'pro');
  if (versions.length > 1) return;
  const nowMs = Math.max(priceMs, beginMs);
  await pricing.publishCatalog(readCatalogFile(text), { ...context, nowMs });
}

function withFirstPrice(text: string): string {
  const file = JSON.parse(text) as {
    plans: { slug: string; monthly_prices?: Record<string, string> }[];
  };
  const pro = file.plans.find(({ slug }) => slug === 'pro');
  assert(pro !== undefined, 'the first catalogue has a plan pro');
  pro.monthly_prices = { usd: FIRST_PRICE_OF_PRO };
  return JSON.stringify(file);
}
