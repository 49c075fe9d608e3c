import { readFile } from 'node:fs/promises';
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
const FIRST_PRICES_OF_PRO = { usd: '15.00', eur: '14.00' };
/** The catalogue says what is paid in dollars; this company sells in euros too. */
const IN_EUROS: Readonly<Record<string, string>> = {
  free: '0.00',
  pro: '17.50',
  business: '45.00',
};

/**
 * Before the server is started: gives a new database the catalogue that the company began with,
 * and its price change. Answers what is to be filled in, or to go on; undefined where the database
 * has been used without one: that is left alone.
 */
export async function foundCompany(foundation: Foundation): Promise<Founded | undefined> {
  const { config, database, url } = foundation;
  const known = readJournal(config.dataDir);
  if (known !== undefined) {
    if (known.database !== database) return undefined;
    if (known.isComplete) return { company: createCompany(known.terms), journal: known };
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
  await pricing.seedCatalogIfEmpty(readCatalogFile(catalogueOf(text, { isFirst: true })), {
    ...context,
    nowMs: beginMs,
  });
  await catalog.load();
  const versions = [...catalog.current().plans.values()].filter(({ slug }) => slug === 'pro');
  if (versions.length > 1) return;
  const nowMs = Math.max(priceMs, beginMs);
  const file = readCatalogFile(catalogueOf(text, { isFirst: false }));
  await pricing.publishCatalog(file, { ...context, nowMs });
}

interface WrittenPlan {
  readonly slug: string;
  monthly_prices: Record<string, string>;
}

/** The catalogue as this company has it, with what Pro cost at first where that is wanted. */
function catalogueOf(text: string, { isFirst }: { readonly isFirst: boolean }): string {
  const file = JSON.parse(text) as { readonly plans: readonly WrittenPlan[] };
  for (const plan of file.plans) {
    const euros = IN_EUROS[plan.slug];
    if (euros !== undefined) plan.monthly_prices = { ...plan.monthly_prices, eur: euros };
    if (isFirst && plan.slug === 'pro') plan.monthly_prices = FIRST_PRICES_OF_PRO;
  }
  return JSON.stringify(file);
}
