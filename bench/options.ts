import { parseArgs } from 'node:util';
import { Refusal } from '../tools/refusal.ts';
import type { AnalyticsSize } from './analytics/seed/seed.ts';
import type { DirectorySize } from './directory/seed.ts';
import type { Extent } from './measure/rounds.ts';
import { scenarios, type Scenario } from './scenarios.ts';

export interface BenchOptions {
  readonly scenarios: readonly Scenario[];
  readonly extent: Extent;
  readonly growthExtent: Extent;
  /** Numbers of stored events at which to measure what one more costs; ascending. */
  readonly sizes: readonly number[];
  /** Whether it is measured how soon what was bought at Stripe is of use. */
  readonly hasEntitlement: boolean;
  /** Whether the Stripe sandbox is measured, too. */
  readonly hasSandbox: boolean;
  /** With how many users and events it is measured how soon staff are answered. */
  readonly directory: DirectorySize | undefined;
  /** Of which size the company is whose figures are measured. */
  readonly analytics: AnalyticsSize | undefined;
  readonly isProfiled: boolean;
  readonly jsonFile: string | undefined;
  /** Whether this is all that there is to measure, at full length: worth keeping. */
  readonly isWhole: boolean;
}

export const USAGE = `npm run bench -- [options]

  (nothing)           everything, and writes bench/RESULTS.md
  --quick             two short rounds, without growth, entitlement and sandbox, for a trial
  --only NAMES        some of it, such as --only track,batch
  --rounds N          how often each scenario is measured
  --seconds S         how long, each time
  --sizes NUMBERS     stored events for the part "growth", such as --sizes 10000,100000
  --users N           users of the part "directory", with ten usage events each
  --customers N, --months N, --events N
                      the company of the part "analytics", and its usage events
  --profile           one more, profiled run of each scenario
  --json FILE         the figures for programs

  Names: ${scenarios.map(({ name }) => name).join(', ')}, empty, growth,
  entitlement, sandbox, and two that are measured only when they are named: directory, which takes
  a quarter of an hour, and analytics, which takes half an hour (--quick: a hundredth of each)`;

// Many short rounds: a shared machine changes its speed within seconds, and medians bear that.
const FULL: Extent = { rounds: 11, warmUpMs: 500, measureMs: 2_000 };
const QUICK: Extent = { rounds: 2, warmUpMs: 300, measureMs: 1_000 };
const MOST_GROWTH_ROUNDS = 3;
const MOST_GROWTH_MEASURE_MS = 2_000;
const SIZES = [10_000, 1_000_000, 10_000_000];

export function readOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const names = values.only?.split(',').map((name) => name.trim());
  const only = names && new Set(names);
  for (const name of only ?? []) requireKnown(name);
  const base = values.quick ? QUICK : FULL;
  const extent = {
    rounds: readNumber('--rounds', values.rounds) ?? base.rounds,
    warmUpMs: base.warmUpMs,
    measureMs: (readNumber('--seconds', values.seconds) ?? base.measureMs / 1_000) * 1_000,
  };
  // At the larger sizes the measurements themselves must not add much.
  const growthExtent = {
    ...extent,
    rounds: Math.min(extent.rounds, MOST_GROWTH_ROUNDS),
    measureMs: Math.min(extent.measureMs, MOST_GROWTH_MEASURE_MS),
  };
  const hasPart = (part: string): boolean => only?.has(part) ?? !values.quick;
  return {
    scenarios: scenarios.filter(({ name }) => only === undefined || only.has(name)),
    extent,
    growthExtent,
    sizes: hasPart('growth') ? readSizes(values.sizes) : [],
    hasEntitlement: hasPart('entitlement'),
    hasSandbox: hasPart('sandbox'),
    directory: only?.has('directory') ? directorySize(values) : undefined,
    analytics: only?.has('analytics') ? analyticsSize(values) : undefined,
    isProfiled: values.profile,
    jsonFile: values.json,
    isWhole: only === undefined && !values.quick && values.sizes === undefined,
  };
}

const DIRECTORY_USERS = 1_000_000;
const EVENTS_A_USER = 10;

function directorySize(values: {
  readonly quick: boolean;
  readonly users?: string | undefined;
}): DirectorySize {
  const asked = readNumber('--users', values.users);
  const users = Math.ceil(asked ?? (values.quick ? DIRECTORY_USERS / 100 : DIRECTORY_USERS));
  return { users, events: users * EVENTS_A_USER };
}

const ANALYTICS: AnalyticsSize = { customers: 100_000, months: 36, events: 50_000_000 };

function analyticsSize(values: {
  readonly quick: boolean;
  readonly customers?: string | undefined;
  readonly months?: string | undefined;
  readonly events?: string | undefined;
}): AnalyticsSize {
  const share = values.quick ? 100 : 1;
  return {
    customers: readNumber('--customers', values.customers) ?? ANALYTICS.customers / share,
    months: readNumber('--months', values.months) ?? ANALYTICS.months,
    events: readNumber('--events', values.events) ?? ANALYTICS.events / share,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        only: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        sizes: { type: 'string' },
        users: { type: 'string' },
        customers: { type: 'string' },
        months: { type: 'string' },
        events: { type: 'string' },
        json: { type: 'string' },
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(`${reason}\n\n${USAGE}`, { cause });
  }
}

/** The empty route is measured beside each scenario, so naming it adds nothing. */
function requireKnown(name: string): void {
  const parts = ['empty', 'growth', 'entitlement', 'sandbox', 'directory', 'analytics'];
  const known = [...parts, ...scenarios.map((scenario) => scenario.name)];
  if (!known.includes(name)) throw new Refusal(`There is no "${name}" to measure.\n\n${USAGE}`);
}

function readNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Refusal(`${name} is ${text}: it must be a number above 0.`);
}

function readSizes(text: string | undefined): number[] {
  if (text === undefined) return SIZES;
  const sizes = text.split(',').map((size) => readNumber('--sizes', size) ?? 0);
  return sizes.toSorted((a, b) => a - b);
}
