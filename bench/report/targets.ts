import type { EntitlementFigures } from '../entitlement/measure.ts';
import type { Size } from '../measure/growth.ts';
import type { Figures } from '../measure/measure.ts';
import { median } from '../measure/median.ts';
import type { Compared } from '../measure/rounds.ts';
import type { SandboxFigures } from '../sandbox/measure.ts';
import { milliseconds, renderTable, whole } from './table.ts';

/** What this project is to reach, and what it has reached. */
export interface Target {
  readonly title: string;
  readonly wanted: string;
  readonly measured: string;
  readonly isMet: boolean;
}

const BATCH_PER_SECOND = 35_000;
const MOST_GROWTH = 1.5;
const MOST_P99_MS = 20;
const HOT_RATIO = 0.9;
const MOST_SANDBOX_MS = 2;
const MOST_YEAR_SECONDS = 20;

interface RequestTarget {
  readonly scenario: string;
  readonly ratio: number;
  readonly serverMs?: number;
  readonly postgresMs?: number;
}

const REQUEST_TARGETS: readonly RequestTarget[] = [
  { scenario: 'check', ratio: 0.9, serverMs: 0.05, postgresMs: 0.06 },
  { scenario: 'track', ratio: 0.5, serverMs: 0.08, postgresMs: 0.06 },
  { scenario: 'reserve', ratio: 0.5, postgresMs: 0.06 },
  { scenario: 'webhook', ratio: 0.3 },
];

/** What is measured besides scenarios and growth. */
interface Others {
  readonly entitlement?: EntitlementFigures | undefined;
  readonly sandbox?: SandboxFigures | undefined;
}

const ENTITLEMENT = 'from an event of Stripe to what it entitles to: median, ms';
const MOST_ENTITLEMENT_MS = 1_000;

export function renderTargets(
  compared: readonly Compared[],
  sizes: readonly Size[],
  { entitlement, sandbox }: Others = {},
): string {
  const targets = [
    ...requestTargets(compared),
    ...otherTargets(compared),
    ...growthTarget(sizes),
    ...(entitlement === undefined
      ? []
      : [atMost(ENTITLEMENT, MOST_ENTITLEMENT_MS, entitlement.medianMs)]),
    ...(sandbox === undefined ? [] : sandboxTargets(sandbox)),
  ];
  return renderTable(
    ['target', 'wanted', 'measured', 'met'],
    targets.map(({ title, wanted, measured, isMet }) => [
      title,
      wanted,
      measured,
      isMet ? 'yes' : 'no',
    ]),
  );
}

function requestTargets(compared: readonly Compared[]): Target[] {
  return REQUEST_TARGETS.flatMap((target) => {
    const found = find(compared, target.scenario);
    if (found === undefined) return [];
    const { title } = found.scenario;
    const { own, ratio } = found;
    return [
      atLeast(`${title}: rate against the empty route`, target.ratio, ratio),
      ...(target.serverMs === undefined
        ? []
        : [atMost(`${title}: Node, ms of CPU`, target.serverMs, own.serverMs)]),
      ...(target.postgresMs === undefined
        ? []
        : [atMost(`${title}: Postgres, ms of CPU`, target.postgresMs, own.postgresMs)]),
      atMost(`${title}: p99, ms`, MOST_P99_MS, own.latencies.p99Ms),
    ];
  });
}

function otherTargets(compared: readonly Compared[]): Target[] {
  const batch = find(compared, 'batch');
  const hot = rateAgainst(compared, 'hot', 'track');
  return [
    ...(batch === undefined
      ? []
      : [
          {
            title: `${batch.scenario.title}: events a second`,
            wanted: `≥ ${whole(BATCH_PER_SECOND)}`,
            measured: whole(batch.own.perSecond),
            isMet: batch.own.perSecond >= BATCH_PER_SECOND,
          },
        ]),
    ...(hot === undefined
      ? []
      : [atLeast('track, one user: rate against many users', HOT_RATIO, hot)]),
  ];
}

function growthTarget(sizes: readonly Size[]): Target[] {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const [small, large] = [find(first.compared, 'batch'), find(last.compared, 'batch')];
  if (small === undefined || large === undefined) return [];
  const title = `an event with ${whole(last.events)} stored against ${whole(first.events)}: CPU`;
  return [atMost(title, MOST_GROWTH, costOf(large.own) / costOf(small.own))];
}

function sandboxTargets({ requests, customers, yearSeconds }: SandboxFigures): Target[] {
  const dearest = requests.reduce((most, each) => (each.cpuMs > most.cpuMs ? each : most));
  const year = `Stripe sandbox: ${whole(customers)} customers for a year, s`;
  return [
    atMost(`Stripe sandbox: ${dearest.title}, the dearest, ms`, MOST_SANDBOX_MS, dearest.cpuMs),
    atMost(year, MOST_YEAR_SECONDS, yearSeconds),
  ];
}

/** CPU of the server and of Postgres together. */
export function costOf({ serverMs, postgresMs }: Figures): number {
  return serverMs + postgresMs;
}

/** The rate of one scenario against that of another, as the rounds gave it. */
export function rateAgainst(
  compared: readonly Compared[],
  name: string,
  other: string,
): number | undefined {
  const [left, right] = [find(compared, name), find(compared, other)];
  if (left === undefined || right === undefined) return undefined;
  return median(
    left.pairs.map(({ own }, round) => own.perSecond / right.pairs[round]!.own.perSecond),
  );
}

function find(compared: readonly Compared[], name: string): Compared | undefined {
  return compared.find(({ scenario }) => scenario.name === name);
}

function atLeast(title: string, wanted: number, measured: number): Target {
  const isMet = measured >= wanted;
  return { title, wanted: `≥ ${wanted}`, measured: measured.toFixed(2), isMet };
}

function atMost(title: string, wanted: number, measured: number): Target {
  const isMet = measured <= wanted;
  return { title, wanted: `≤ ${wanted}`, measured: milliseconds(measured), isMet };
}
