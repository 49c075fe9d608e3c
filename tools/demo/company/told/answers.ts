// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { calendarMonthAt, DAY_MS } from '@whisperforge/kernel/period';
import type { Company } from '../company.ts';
import { LEFT_FOR_OUTAGE } from '../lives.ts';
import { instantWithin, monthsIn, randomOf } from '../random.ts';
import { isWithin, type Days, type Story } from '../story.ts';
import type { ToldLine } from './told-line.ts';
import { standingAt, type Living } from '../uses.ts';

const NPS_A_MONTH = 0.07;
const CSAT_A_MONTH = 0.05;

/** How likely somebody who pays would recommend it; who is about to leave says why. */
export function npsOf({ person, steps }: Living, span: Days, company: Company): ToldLine[] {
  const { terms, story } = company;
  const random = randomOf(`${terms.seed} answers ${person.id} ${span.startMs}`);
  const plan = standingAt(steps, span.startMs);
  if (plan === 'free' || !random.chance(NPS_A_MONTH * monthsIn(span))) return [];
  const answeredMs = instantWithin(span, random);
  const soon = { startMs: answeredMs, endMs: answeredMs + 60 * DAY_MS };
  const end = steps.find(({ kind, atMs }) => kind === 'ended' && isWithin(soon, atMs));
  const score = end === undefined ? random.weighted(NPS_SCORES) : random.integer(1, 6);
  if (answeredMs <= person.signedUpMs) return [];
  const comment = end?.kind === 'ended' ? commentOf(end.reason, answeredMs, story) : '';
  const said = { survey: 'nps', score: String(score), plan, comment, origin: 'quarterly' };
  return [answerOf(person.id, answeredMs, said)];
}

/** How satisfied somebody is with what was made of a recording. */
export function csatOf({ person, steps }: Living, span: Days, company: Company): ToldLine[] {
  const { terms, story } = company;
  const random = randomOf(`${terms.seed} satisfaction ${person.id} ${span.startMs}`);
  const plan = standingAt(steps, span.startMs);
  const share = CSAT_A_MONTH * monthsIn(span) * (plan === 'free' ? 0.15 : 1);
  if (!random.chance(share)) return [];
  const answeredMs = instantWithin(span, random);
  const isShaken = isWithin(calendarMonthAt(story.incident.startMs), answeredMs);
  const score = random.weighted(isShaken ? UNHAPPY : HAPPY);
  if (answeredMs <= person.signedUpMs) return [];
  const said = { survey: 'csat', score: String(score), plan, comment: '', origin: 'in the app' };
  return [answerOf(person.id, answeredMs, said)];
}

function answerOf(user: string, answeredMs: number, said: ToldLine): ToldLine {
  const answered = { user_id: user, answered_at: formatInstant(answeredMs) };
  return { answer_id: `${user}-${said['survey']}-${answeredMs}`, ...answered, ...said };
}

/** Nobody complains of an outage before it. */
function commentOf(reason: string, atMs: number, { incident }: Story): string {
  if (reason === LEFT_FOR_OUTAGE && atMs < incident.startMs) return '';
  const said = reason.replace(/^canceled: /, '');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

const NPS_SCORES = [
  [10, 30],
  [9, 24],
  [8, 20],
  [7, 12],
  [6, 7],
  [4, 4],
  [2, 3],
] as const;
const HAPPY = [
  [5, 46],
  [4, 36],
  [3, 12],
  [2, 4],
  [1, 2],
] as const;
const UNHAPPY = [
  [5, 14],
  [4, 20],
  [3, 26],
  [2, 24],
  [1, 16],
] as const;
