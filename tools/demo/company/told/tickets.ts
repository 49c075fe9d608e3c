// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { calendarMonthAt } from '@whisperforge/kernel/period';
import type { Company } from '../company.ts';
import { instantWithin, monthsIn, randomOf } from '../random.ts';
import { isWithin, type Days } from '../story.ts';
import type { ToldLine } from './told-line.ts';
import { standingAt, type Living } from '../uses.ts';

const A_MONTH = { free: 0.008, pro: 0.1, business: 0.18, enterprise: 0.5 } as const;
const MINUTES_TO_ANSWER = { free: 1_100, pro: 340, business: 90, enterprise: 35 } as const;
const OUTAGE_TICKETS = 5;
const URGENT = 0.07;

/** What somebody has asked support in a span, if anything. */
export function ticketsOf({ person, steps }: Living, span: Days, company: Company): ToldLine[] {
  const { terms, story, untilMs } = company;
  const random = randomOf(`${terms.seed} tickets ${person.id} ${span.startMs}`);
  const outageMonth = calendarMonthAt(story.incident.startMs);
  const isShaken = isWithin(outageMonth, span.startMs);
  const plan = standingAt(steps, span.endMs - 1);
  const share = A_MONTH[plan] * monthsIn(span) * (isShaken ? OUTAGE_TICKETS : 1);
  if (!random.chance(Math.min(share, 0.9))) return [];
  const opened = isShaken ? { ...outageMonth, startMs: story.incident.startMs } : span;
  const openedMs = instantWithin(opened, random);
  const minutes = Math.ceil(random.wait(MINUTES_TO_ANSWER[plan]) * (isShaken ? 2.5 : 1)) + 1;
  const closedMs = openedMs + (minutes + random.integer(10, 2_000)) * 60_000;
  const satisfaction = random.weighted(isShaken ? UNHAPPY : HAPPY);
  if (openedMs <= person.signedUpMs || openedMs >= untilMs) return [];
  return [
    {
      ticket_id: `${person.id}-${openedMs}`,
      user_id: person.id,
      opened_at: formatInstant(openedMs),
      first_response_minutes: String(minutes),
      closed_at: closedMs < untilMs ? formatInstant(closedMs) : '',
      plan,
      priority: isShaken || random.chance(URGENT) ? 'high' : 'normal',
      satisfaction: random.chance(0.6) ? String(satisfaction) : '',
      origin: 'helpdesk',
    },
  ];
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
