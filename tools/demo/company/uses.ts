// pure
import { DAY_MS } from '@whisperforge/kernel/period';
import type { PaidPlan, Step } from './lives.ts';
import type { Person } from './people.ts';
import { randomOf, type Random } from './random.ts';
import { isWithin, type CompanyTerms, type Days, type Story } from './story.ts';

/** Something that a user did, as the app reports it. */
export interface Use {
  readonly user: string;
  /** The same however often it is reported. */
  readonly key: string;
  readonly event: 'audio_processed' | 'content_generated' | 'api_calls';
  readonly amount: string;
  readonly occurredMs: number;
  readonly provider?: string;
  readonly model?: string;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  readonly metadata?: { readonly prompt: string };
}

type Standing = PaidPlan | 'free';

/** How often a week somebody processes audio. */
const A_WEEK: Readonly<Record<Standing, number>> = {
  free: 0.9,
  pro: 0.5,
  business: 1,
  enterprise: 1.6,
};
/** In weeks: how fast somebody who pays nothing loses interest. */
const INTEREST = 6;
const BEFORE_LEAVING_MS = 28 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;

/** By how much recordings are longer than usual: some have hours of them, and meet their quota. */
const APPETITES = [
  [1, 88],
  [4, 8],
  [9, 4],
] as const;

/** What is written from recordings, by the name of its prompt. */
const PROMPTS = [
  ['blog-post', 38],
  ['show-notes', 24],
  ['summary', 22],
  ['social-thread', 16],
] as const;

const MODELS: Readonly<Record<Standing, readonly (readonly [string, string, number])[]>> = {
  free: [
    ['openai', 'gpt-3.5', 60],
    ['anthropic', 'claude-sonnet', 40],
  ],
  pro: [
    ['anthropic', 'claude-sonnet', 40],
    ['openai', 'gpt-4', 30],
    ['anthropic', 'claude-opus', 18],
    ['xai', 'grok-2', 12],
  ],
  business: [
    ['anthropic', 'claude-opus', 38],
    ['openai', 'gpt-4', 34],
    ['anthropic', 'claude-sonnet', 28],
  ],
  enterprise: [
    ['anthropic', 'claude-opus', 60],
    ['openai', 'gpt-4', 40],
  ],
};

export interface Living {
  readonly person: Person;
  readonly steps: readonly Step[];
}

/** What a person did in some days, in the order of time. */
export function usesOf(
  { person, steps }: Living,
  days: Days,
  { terms, story }: { readonly terms: CompanyTerms; readonly story: Story },
): Use[] {
  if (days.endMs <= person.signedUpMs) return [];
  const standing = standingAt(steps, days.startMs);
  const random = randomOf(`${terms.seed} use ${person.id} ${days.startMs}`);
  const nature = randomOf(`${terms.seed} eagerness ${person.id}`);
  const eagerness = nature.wait(1);
  const appetite = nature.weighted(APPETITES);
  const weeksKnown = (days.startMs - person.signedUpMs) / WEEK_MS;
  const fading = standing === 'free' ? Math.exp(-Math.max(weeksKnown, 0) / INTEREST) : 1;
  const leaving = steps.some(
    ({ kind, atMs }) => kind === 'ended' && isWithin({ ...beforeLeaving(atMs) }, days.startMs),
  );
  const weeks = (days.endMs - days.startMs) / WEEK_MS;
  const eager = Math.min(eagerness, 3) * fading * (leaving ? 0.35 : 1);
  const expected = A_WEEK[standing] * eager * weeks;
  const count = Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0);
  const uses: Use[] = [];
  for (let index = 0; index < count; index += 1) {
    const occurredMs = days.startMs + Math.floor(random.next() * (days.endMs - days.startMs));
    const done = doneBy(person, { standing, occurredMs, random, appetite });
    const isPossible = occurredMs > person.signedUpMs && !isWithin(story.incident, occurredMs);
    if (isPossible) uses.push(...done);
  }
  return uses.toSorted((a, b) => a.occurredMs - b.occurredMs);
}

function beforeLeaving(atMs: number): Days {
  return { startMs: atMs - BEFORE_LEAVING_MS, endMs: atMs };
}

export function standingAt(steps: readonly Step[], atMs: number): Standing {
  const last = steps.findLast((step) => step.atMs <= atMs);
  return last === undefined || last.kind === 'ended' ? 'free' : last.of.plan;
}

interface Doing {
  readonly standing: Standing;
  readonly occurredMs: number;
  readonly random: Random;
  readonly appetite: number;
}

/** A recording, often something written from it, and calls of those who have programs do it. */
function doneBy(person: Person, { standing, occurredMs, random, appetite }: Doing): Use[] {
  const [provider, model] = random.weighted(
    MODELS[standing].map((each) => [each, each[2]] as const),
  );
  const minutes = Math.min(2 + random.wait(standing === 'free' ? 9 : 16) * appetite, 240);
  const of = { user: person.id, provider, model };
  const key = `demo ${person.id} ${occurredMs}`;
  const uses: Use[] = [
    {
      ...of,
      key,
      event: 'audio_processed',
      amount: minutes.toFixed(1),
      occurredMs,
      tokensIn: Math.round(minutes * 1_500),
      tokensOut: random.integer(3_000, 12_000),
    },
  ];
  if (random.chance(0.5)) {
    uses.push({
      ...of,
      key: `${key} written`,
      event: 'content_generated',
      amount: '1',
      occurredMs: occurredMs + 1_000,
      tokensIn: random.integer(8_000, 40_000),
      tokensOut: random.integer(3_000, 12_000),
      metadata: { prompt: random.weighted(PROMPTS) },
    });
  }
  if ((standing === 'business' || standing === 'enterprise') && random.chance(0.6)) {
    const amount = String(random.integer(5, 80));
    const call = { user: person.id, key: `${key} calls`, event: 'api_calls', amount } as const;
    uses.push({ ...call, occurredMs: occurredMs + 2_000 });
  }
  return uses;
}
