import type { AnalyticsFigures, CompanyFigures } from '../analytics/measure.ts';
import { milliseconds, paragraph, renderTable, whole } from './table.ts';

const MOST_ANSWER_MS = 200;
const MOST_FOLLOWED_MS = 50;
const MOST_REBUILD_SECONDS = 120;
const MOST_GROWTH = 1.3;

/** What the figures of a company cost, as its history grows, and how soon they are there. */
export function analyticsSection(figures: AnalyticsFigures): string[] {
  const { companies, answers, slowest, unanswered } = figures;
  const largest = companies.at(-1)!;
  const { customers, months, events } = largest.size;
  return [
    '## The numbers',
    paragraph(
      `${whole(customers)} customers over ${months} months with ${whole(events)} usage events, ` +
        'and before them a company with a tenth of it. Histories and events are made by SQL; all ' +
        'that is timed goes through the doors of the product. One question after the other over ' +
        'HTTP, with the session of an owner, each asked once before it counts.',
    ),
    renderTable(['target', 'wanted', 'measured', 'met'], targetsOf(figures)),
    renderTable(
      [
        'customers',
        'usage events',
        'ledger anew s',
        'plans s',
        'use anew s',
        'change ms',
        'p95 ms',
        'event ms',
        'p95 ms',
        'of a batch ms',
      ],
      companies.map(companyRow),
    ),
    paragraph(carriedBy(largest)),
    renderTable(
      ['area', 'asked for', 'asked', 'p50 ms', 'p95 ms', 'slowest ms', 'slowest question'],
      answers.map((answer) => [
        answer.area,
        answer.kind,
        whole(answer.count),
        milliseconds(answer.p50Ms),
        milliseconds(answer.p95Ms),
        milliseconds(answer.slowestMs),
        answer.worst,
      ]),
    ),
    paragraph('The questions that took longest:'),
    slowest.map(({ path, p50Ms }) => `- ${milliseconds(p50Ms)} ms: \`${path}\``).join('\n'),
    ...(unanswered.length === 0 ? [] : [paragraph('Given up by the server:'), listOf(unanswered)]),
  ];
}

function listOf(paths: readonly string[]): string {
  return paths.map((path) => `- \`${path}\``).join('\n');
}

const SECONDS_A_DAY = 86_400;
/** Of the rate that was measured, what is left for peaks, for requests and for figures. */
const ROOM = 10;

/** What one Postgres carries, and what comes to its end first. */
function carriedBy({ size, ledgerSeconds, usageSeconds }: CompanyFigures): string {
  const perSecond = size.events / usageSeconds;
  const aDay = (perSecond / ROOM) * SECONDS_A_DAY;
  return (
    `One Postgres with two cores added use up at ${whole(perSecond)} events a second, by one ` +
    'process at a time. With a tenth of that on the average, so that peaks, requests and figures ' +
    `have room, it carries about ${whole(aDay)} events a day. Beyond that, or where all use has ` +
    'to be added up anew within minutes, the sums of use are what to move first, to an engine ' +
    'that keeps columns: events are partitioned by month, and only the fold reads them. The ' +
    `ledger goes by customers (${whole(size.customers / ledgerSeconds)} a second, anew) and stays.`
  );
}

function companyRow({ size, followed, ...took }: CompanyFigures): string[] {
  const { change, event, batchedEventMs } = followed;
  return [
    whole(size.customers),
    whole(size.events),
    took.ledgerSeconds.toFixed(1),
    took.plansSeconds.toFixed(1),
    took.usageSeconds.toFixed(1),
    milliseconds(change.p50Ms),
    milliseconds(change.p95Ms),
    milliseconds(event.p50Ms),
    milliseconds(event.p95Ms),
    milliseconds(batchedEventMs),
  ];
}

function targetsOf({ companies, all, answers }: AnalyticsFigures): string[][] {
  const [smaller, larger] = [companies[0]!, companies.at(-1)!];
  const row = (title: string, wanted: number, measured: number, unit: string): string[] => [
    title,
    `at most ${wanted}${unit}`,
    `${milliseconds(measured)}${unit}`,
    measured <= wanted ? 'yes' : 'no',
  ];
  const worst = Math.max(...answers.map(({ p95Ms }) => p95Ms));
  const grown = (of: (company: CompanyFigures) => number): number => of(larger) / of(smaller);
  return [
    row('a question of a dashboard: p95 of all', MOST_ANSWER_MS, all.p95Ms, ' ms'),
    row('the same, of the slowest area and kind', MOST_ANSWER_MS, worst, ' ms'),
    row('a change until it counts: p95', MOST_FOLLOWED_MS, larger.followed.change.p95Ms, ' ms'),
    row('a usage event until it counts: p95', MOST_FOLLOWED_MS, larger.followed.event.p95Ms, ' ms'),
    row('the revenue ledger anew', MOST_REBUILD_SECONDS, larger.ledgerSeconds, ' s'),
    row(
      'a change, at ten times the history',
      MOST_GROWTH,
      grown(({ followed }) => followed.change.p50Ms),
      ' ×',
    ),
    row(
      'a usage event of a batch, at ten times the history',
      MOST_GROWTH,
      grown(({ followed }) => followed.batchedEventMs),
      ' ×',
    ),
  ];
}
