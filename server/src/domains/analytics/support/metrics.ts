import {
  fraction,
  multiplyFractions,
  subtractFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import type { Executor } from '../../../platform/database.ts';
import { ratio } from '../metrics/formulas.ts';
import type { Column, Metric } from '../metrics/registry/metric.ts';
import { count, exact, summedMetric, type DaySums, type SumsQuestion } from '../usage/summed.ts';
import {
  ANSWER_DIMENSIONS,
  describeAnswers,
  describeReasons,
  describeTickets,
  findAnswerDays,
  findReasonDays,
  findTicketDays,
  REASON_DIMENSIONS,
  TICKET_DIMENSIONS,
  type AnswerDay,
  type TicketDay,
} from './store.ts';

type Sum = (name: string) => Fraction;

/** How customers are helped, and what they say. */
export function supportMetrics(executor: Executor): Metric[] {
  return [...ticketMetrics(executor), ...answerMetrics(executor), reasonMetric(executor)];
}

const AN_HOUR = fraction(1n, 3_600n);

function ticketMetrics(executor: Executor): Metric[] {
  const of = {
    area: 'support',
    dimensions: TICKET_DIMENSIONS,
    takesAttributes: true,
    load: async (question: SumsQuestion) => ({
      days: (await findTicketDays(executor, question)).map(ticketSums),
    }),
    describe: (keys: readonly string[]) => describeTickets(executor, keys),
  } as const;
  return [
    summedMetric({
      ...of,
      name: 'support_tickets',
      title: 'Support tickets',
      summary: 'How many tickets came in, and how many of them have been closed since.',
      formula: 'Tickets by the day on which they were opened',
      unit: 'count',
      adds: true,
      value: (sum) => sum('opened'),
      from: [count('answered', 'Answered'), count('solved', 'Closed')],
      opens: 'value',
    }),
    summedMetric({
      ...of,
      name: 'first_response',
      title: 'First response',
      summary: 'How long it takes until a ticket is answered first, on average.',
      formula: 'Hours to the first answer / tickets that were answered',
      unit: 'hours',
      value: (sum) => hours(sum, 'responseSeconds', 'answered'),
      from: [count('answered', 'Answered'), count('opened', 'Tickets')],
      computed: [
        {
          column: { name: 'resolution', title: 'Until it is closed', unit: 'hours', adds: false },
          value: (sum) => hours(sum, 'solvingSeconds', 'solved'),
        },
      ],
      opens: 'answered',
    }),
    summedMetric({
      ...of,
      name: 'ticket_satisfaction',
      title: 'Satisfaction with support',
      summary: 'What customers made of the help that they got, from 1 to 5.',
      formula: 'Points / tickets that were rated',
      unit: 'score',
      value: (sum) => ratio(sum('points'), sum('rated')),
      from: [count('rated', 'Rated'), count('opened', 'Tickets')],
      opens: 'rated',
    }),
  ];
}

function hours(sum: Sum, seconds: string, tickets: string): Fraction | null {
  return ratio(multiplyFractions(sum(seconds), AN_HOUR), sum(tickets));
}

function ticketSums({ key, day, ...counted }: TicketDay): DaySums {
  return { key, day, sums: exactly(counted) };
}

function answerSums({ key, day, ...counted }: AnswerDay): DaySums {
  return { key, day, sums: exactly(counted) };
}

function exactly(counted: Readonly<Record<string, string>>): Record<string, Fraction> {
  return Object.fromEntries(Object.entries(counted).map(([name, text]) => [name, exact(text)]));
}

const HUNDRED = fraction(100n);

function answerMetrics(executor: Executor): Metric[] {
  const of = (kind: 'nps' | 'csat') =>
    ({
      area: 'support',
      unit: 'score',
      dimensions: ANSWER_DIMENSIONS,
      takesAttributes: true,
      opens: 'answers',
      load: async (question: SumsQuestion) => ({
        days: (await findAnswerDays(executor, kind, question)).map(answerSums),
      }),
      describe: (keys: readonly string[]) => describeAnswers(executor, keys),
    }) as const;
  const answers: Column = count('answers', 'Answers');
  return [
    summedMetric({
      ...of('nps'),
      name: 'nps',
      title: 'Net promoter score',
      summary: 'How much more would recommend us (9 and 10 of 10) than would not (up to 6).',
      formula: '100 x (promoters - detractors) / answers',
      value: (sum) =>
        ratio(
          multiplyFractions(HUNDRED, subtractFractions(sum('promoters'), sum('detractors'))),
          sum('answers'),
        ),
      from: [count('promoters', 'Promoters'), count('detractors', 'Detractors'), answers],
    }),
    summedMetric({
      ...of('csat'),
      name: 'csat',
      title: 'Satisfaction',
      summary: 'How satisfied customers are with us, from 1 to 5.',
      formula: 'Points / answers',
      value: (sum) => ratio(sum('points'), sum('answers')),
      from: [answers],
    }),
  ];
}

function reasonMetric(executor: Executor): Metric {
  return summedMetric({
    name: 'leaving_reasons',
    title: 'Reasons for leaving',
    area: 'support',
    summary: 'Why customers left, as they said when they did or were asked later.',
    formula: 'Reasons told by the day on which the customer left',
    unit: 'count',
    adds: true,
    dimensions: REASON_DIMENSIONS,
    takesAttributes: true,
    value: (sum) => sum('told'),
    from: [count('commented', 'With a comment')],
    opens: 'value',
    load: async (question) => ({
      days: (await findReasonDays(executor, question)).map(({ key, day, ...counted }) => ({
        key,
        day,
        sums: exactly(counted),
      })),
    }),
    describe: (keys) => describeReasons(executor, keys),
  });
}
