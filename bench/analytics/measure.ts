import { manualClock, systemClock } from '@whisperforge/kernel/clock';
import { migrate } from '../../server/src/adapters/postgres/index.ts';
import { signInStaff } from '../../server/test/support/staff.ts';
import { SCHEMA, type OwnDatabaseServer } from '../database.ts';
import { seedPlans } from '../seed.ts';
import { startServer } from '../server/start.ts';
import { measureFollowing, type Followed } from './follow.ts';
import { questionsOf, type MetricQuestion, type MetricTold } from './questions.ts';
import { derivePlans, openParts, rebuildLedger, rebuildUsage, vacuum } from './rebuild.ts';
import { seedCompany, type AnalyticsSize } from './seed/seed.ts';
import { makeUsage } from './seed/usage.ts';
import { spreadOf, type Spread } from './spread.ts';

/** How long answers took, of the questions of one area and kind. */
export interface AnswerFigure extends Spread {
  readonly area: string;
  readonly kind: MetricQuestion['kind'];
  readonly worst: string;
}

/** What a company of a size takes. */
export interface CompanyFigures {
  readonly size: AnalyticsSize;
  readonly ledgerSeconds: number;
  readonly plansSeconds: number;
  readonly usageSeconds: number;
  readonly followed: Followed;
}

export interface AnalyticsFigures {
  /** A tenth of the history, and all of it. */
  readonly companies: readonly CompanyFigures[];
  readonly answers: readonly AnswerFigure[];
  readonly all: Spread;
  /** The slowest questions, with how long the middle one of their answers took. */
  readonly slowest: readonly { readonly path: string; readonly p50Ms: number }[];
  /** Those that the server gave up. */
  readonly unanswered: readonly string[];
}

type Tell = (line: string) => void;

const SMALLER = 10;

export async function measureAnalytics(
  database: OwnDatabaseServer,
  size: AnalyticsSize,
  tell: Tell,
): Promise<AnalyticsFigures> {
  const { customers, months, events } = size;
  const tenth = {
    months,
    customers: Math.ceil(customers / SMALLER),
    events: Math.ceil(events / SMALLER),
  };
  tell('A company with a tenth of the history …');
  const smaller = await measureCompany(await database.create('analytics_tenth'), tenth, tell);
  tell('The whole company …');
  const databaseUrl = await database.create('analytics');
  const whole = await measureCompany(databaseUrl, size, tell);
  tell('Asking what dashboards ask …');
  const logFile = `${database.folder}/analytics.log`;
  const answers = await askDashboards(databaseUrl, { logFile, months, tell });
  return { companies: [smaller, whole], ...answers };
}

async function rebuildCustomers(databaseUrl: string, tell: Tell) {
  const parts = openParts(databaseUrl);
  try {
    const ledgerSeconds = await rebuildLedger(parts, tell);
    const plansSeconds = await derivePlans(databaseUrl, parts, tell);
    return { ledgerSeconds, plansSeconds };
  } finally {
    await parts.database.close();
  }
}

async function measureCompany(
  databaseUrl: string,
  size: AnalyticsSize,
  tell: Tell,
): Promise<CompanyFigures> {
  await migrate({ databaseUrl, schema: SCHEMA });
  await seedPlans(databaseUrl);
  const period = await seedCompany(databaseUrl, size, { nowMs: systemClock.nowMs(), tell });
  const { ledgerSeconds, plansSeconds } = await rebuildCustomers(databaseUrl, tell);
  // As a process that has just started adds use up.
  const parts = openParts(databaseUrl);
  try {
    await makeUsage(databaseUrl, { period, events: size.events }, tell);
    const usageSeconds = await rebuildUsage(databaseUrl, parts, tell);
    tell('Vacuum, as Postgres does it after a while …');
    await vacuum(databaseUrl);
    tell('Following single events …');
    const followed = await measureFollowing(databaseUrl, parts, size.customers);
    return { size, ledgerSeconds, plansSeconds, usageSeconds, followed };
  } finally {
    await parts.database.close();
  }
}

const SLOWEST = 12;

/** On a database that holds everything already. */
export async function askDashboards(
  databaseUrl: string,
  {
    logFile,
    months,
    tell,
  }: { readonly logFile: string; readonly months: number; readonly tell: Tell },
): Promise<Omit<AnalyticsFigures, 'companies'>> {
  await using stack = new AsyncDisposableStack();
  const server = stack.adopt(await startServer({ databaseUrl, logFile }), (it) => it.stop());
  const url = `http://${server.host}:${server.port}/admin/v1/`;
  const headers = await signIn(databaseUrl, url);
  const ask = async (path: string) => {
    const fromMs = performance.now();
    const answer = await fetch(url + path, { headers });
    const text = await answer.text();
    const isAnswered = answer.status === 200;
    // Only that it takes too long is a figure, too.
    if (!isAnswered && answer.status < 500) throw new Error(`${path} must be a 200: ${text}`);
    return { ms: performance.now() - fromMs, text, isAnswered };
  };
  const { data: metrics } = JSON.parse((await ask('metrics')).text) as { data: MetricTold[] };
  const nowMs = systemClock.nowMs();
  const asked: Asked[] = [];
  for (const metric of metrics) {
    const questions = questionsOf(metric, { nowMs, months });
    for (const question of questions) {
      // The first time reads from disk what those who have just looked have in memory.
      await ask(question.path);
      const told = await ask(question.path);
      asked.push({ ...question, taken: [told.ms], isAnswered: told.isAnswered });
    }
    tell(`${metric.name}: ${questions.length} questions …`);
  }
  return answersOf(asked);
}

interface Asked extends MetricQuestion {
  readonly taken: readonly number[];
  readonly isAnswered: boolean;
}

function answersOf(asked: readonly Asked[]) {
  const groups = Map.groupBy(asked, ({ area, kind }) => `${area} ${kind}`);
  const answers = [...groups.values()].map((all): AnswerFigure => {
    const [worst] = all.toSorted((a, b) => Math.max(...b.taken) - Math.max(...a.taken));
    const { area, kind, path } = worst!;
    return { area, kind, worst: path, ...spreadOf(all.flatMap(({ taken }) => taken)) };
  });
  const slowest = asked
    .map(({ path, taken }) => ({ path, p50Ms: spreadOf(taken).p50Ms }))
    .toSorted((a, b) => b.p50Ms - a.p50Ms)
    .slice(0, SLOWEST);
  const unanswered = asked.filter(({ isAnswered }) => !isAnswered).map(({ path }) => path);
  return { answers, all: spreadOf(asked.flatMap(({ taken }) => taken)), slowest, unanswered };
}

/** A session of an owner's, in the database that the server answers from. */
async function signIn(databaseUrl: string, url: string): Promise<Record<string, string>> {
  const request = (): Promise<never> => Promise.reject(new Error('nothing is asked so'));
  const clock = manualClock(systemClock.nowMs());
  const { headers } = await signInStaff(
    { url, databaseUrl, clock, secretKey: '', request },
    'owner',
  );
  return { ...headers };
}
