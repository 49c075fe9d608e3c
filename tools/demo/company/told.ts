// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { calendarMonthAt, DAY_MS, dayIn, UTC } from '@whisperforge/kernel/period';
import { LEFT_FOR_OUTAGE } from './lives.ts';
import { randomOf, type Random } from './random.ts';
import { isWithin, type CompanyTerms, type Days, type Story } from './story.ts';
import { standingAt, type Living } from './uses.ts';

/** A line of what the business knows elsewhere, by the names of its fields. */
export type ToldLine = Readonly<Record<string, string>>;

export interface CompanyFacts {
  readonly terms: CompanyTerms;
  readonly story: Story;
  readonly lives: readonly Living[];
}

/** A kind of what is told elsewhere, by its name there. */
export interface Told {
  readonly kind: string;
  /** Whether lines are about users, who have to be known before. */
  readonly isOfUsers: boolean;
  readonly lines: (facts: CompanyFacts) => ToldLine[];
}

/** Each reckoned when it is asked for, so that nobody waits for all at once. */
export const tellings: readonly Told[] = [
  {
    kind: 'marketing-spend',
    isOfUsers: false,
    lines: (facts) => monthsOf(facts.story).flatMap((month) => spendOf(month, facts)),
  },
  { kind: 'ai-prices', isOfUsers: false, lines: ({ story }) => aiPrices(story) },
  { kind: 'support-tickets', isOfUsers: true, lines: (facts) => ofEach(facts, ticketsOf) },
  { kind: 'survey-answers', isOfUsers: true, lines: (facts) => ofEach(facts, answersOf) },
];

function ofEach(
  facts: CompanyFacts,
  linesOf: (living: Living, months: readonly Days[], facts: CompanyFacts) => ToldLine[],
): ToldLine[] {
  const months = monthsOf(facts.story);
  return facts.lives.flatMap((living) => linesOf(living, months, facts));
}

/** The calendar months from the first day to today, the first and the last not whole. */
export function monthsOf({ beginMs, endMs }: Story): Days[] {
  const months: Days[] = [];
  for (let startMs = beginMs; startMs < endMs; startMs = months.at(-1)!.endMs) {
    months.push({ startMs, endMs: Math.min(calendarMonthAt(startMs).endMs, endMs) });
  }
  return months;
}

/** What one sign-up of a source costs, in dollars; the others come by themselves. */
const A_SIGN_UP = { search: 9.5, social: 7.2, newsletter: 2.6, partner: 12.4 } as const;

function spendOf(month: Days, { terms, lives }: CompanyFacts): ToldLine[] {
  const random = randomOf(`${terms.seed} spend ${month.startMs}`);
  const came = lives.filter(({ person }) => isWithin(month, person.signedUpMs));
  return Object.entries(A_SIGN_UP).map(([channel, cost]) => {
    const count = came.filter(({ person }) => person.source === channel).length;
    const amount = (count + 2) * cost * (0.85 + random.next() * 0.3);
    const [period, until] = [dayIn(UTC, month.startMs), dayIn(UTC, month.endMs)];
    return { channel, period, until, amount: amount.toFixed(2), currency: 'usd' };
  });
}

/** Dollars for a million tokens read and written: at first, and from the day of the drop on. */
const AI_PRICES = [
  ['openai', 'gpt-3.5', [0.5, 1.5], [0.5, 1.5]],
  ['openai', 'gpt-4', [30, 60], [10, 30]],
  ['anthropic', 'claude-sonnet', [3, 15], [3, 15]],
  ['anthropic', 'claude-opus', [15, 75], [5, 25]],
  ['xai', 'grok-2', [2, 10], [2, 10]],
] as const;

function aiPrices({ beginMs, aiPriceDropMs }: Story): ToldLine[] {
  return AI_PRICES.flatMap(([provider, model, first, later]) => {
    const line = (atMs: number, [tokensIn, tokensOut]: readonly [number, number]): ToldLine => ({
      provider,
      model,
      starts_on: dayIn(UTC, atMs),
      currency: 'usd',
      per_million_tokens_in: String(tokensIn),
      per_million_tokens_out: String(tokensOut),
    });
    if (first === later || aiPriceDropMs <= beginMs) return [line(beginMs, later)];
    return [line(beginMs, first), line(aiPriceDropMs, later)];
  });
}

const TICKETS_A_MONTH = { free: 0.008, pro: 0.1, business: 0.18, enterprise: 0.5 } as const;
const MINUTES_TO_ANSWER = { free: 1_100, pro: 340, business: 90, enterprise: 35 } as const;
const OUTAGE_TICKETS = 5;

function ticketsOf(living: Living, months: readonly Days[], facts: CompanyFacts): ToldLine[] {
  const { person, steps } = living;
  const { terms, story } = facts;
  const random = randomOf(`${terms.seed} tickets ${person.id}`);
  const outageMonth = calendarMonthAt(story.incident.startMs);
  return months.flatMap((month) => {
    const isShaken = isWithin(outageMonth, month.startMs);
    const plan = standingAt(steps, month.endMs - 1);
    const share = TICKETS_A_MONTH[plan] * (isShaken ? OUTAGE_TICKETS : 1);
    const isWritten = random.chance(Math.min(share, 0.9));
    const opened = isShaken ? { ...outageMonth, startMs: story.incident.startMs } : month;
    const openedMs = instantWithin(opened, random);
    const minutes = Math.ceil(random.wait(MINUTES_TO_ANSWER[plan]) * (isShaken ? 2.5 : 1)) + 1;
    const closedMs = openedMs + (minutes + random.integer(10, 2_000)) * 60_000;
    const satisfaction = random.weighted(isShaken ? UNHAPPY : HAPPY);
    const isKnown = openedMs > person.signedUpMs && openedMs < story.endMs;
    if (!isWritten || !isKnown) return [];
    return {
      ticket_id: `${person.id}-${openedMs}`,
      user_id: person.id,
      opened_at: formatInstant(openedMs),
      first_response_minutes: String(minutes),
      closed_at: closedMs < story.endMs ? formatInstant(closedMs) : '',
      plan,
      priority: isShaken ? 'high' : 'normal',
      satisfaction: random.chance(0.6) ? String(satisfaction) : '',
      origin: 'helpdesk',
    };
  });
}

const HAPPY = [
  [5, 52],
  [4, 30],
  [3, 10],
  [2, 5],
  [1, 3],
] as const;
const UNHAPPY = [
  [5, 8],
  [4, 14],
  [3, 22],
  [2, 28],
  [1, 28],
] as const;

const ANSWERS_A_MONTH = 0.07;

/** How likely somebody who pays would recommend it; who is about to leave says why. */
function answersOf(living: Living, months: readonly Days[], facts: CompanyFacts): ToldLine[] {
  const { person, steps } = living;
  const { terms, story } = facts;
  const random = randomOf(`${terms.seed} answers ${person.id}`);
  return months.flatMap((month) => {
    const plan = standingAt(steps, month.startMs);
    const isAsked = random.chance(ANSWERS_A_MONTH);
    const answeredMs = instantWithin(month, random);
    const soon = { startMs: answeredMs, endMs: answeredMs + 60 * DAY_MS };
    const end = steps.find(({ kind, atMs }) => kind === 'ended' && isWithin(soon, atMs));
    const score = end === undefined ? random.weighted(SCORES) : random.integer(1, 6);
    if (!isAsked || plan === 'free' || answeredMs <= person.signedUpMs) return [];
    return {
      answer_id: `${person.id}-${answeredMs}`,
      survey: 'nps',
      score: String(score),
      answered_at: formatInstant(answeredMs),
      user_id: person.id,
      plan,
      comment: end?.kind === 'ended' ? commentOf(end.reason, answeredMs, story) : '',
      origin: 'quarterly',
    };
  });
}

/** Nobody complains of an outage before it. */
function commentOf(reason: string, atMs: number, { incident }: Story): string {
  if (reason === LEFT_FOR_OUTAGE && atMs < incident.startMs) return '';
  const said = reason.replace(/^canceled: /, '');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

const SCORES = [
  [10, 30],
  [9, 24],
  [8, 20],
  [7, 12],
  [6, 7],
  [4, 4],
  [2, 3],
] as const;

function instantWithin({ startMs, endMs }: Days, random: Random): number {
  return startMs + Math.floor((random.next() * (endMs - startMs)) / 60_000) * 60_000;
}
