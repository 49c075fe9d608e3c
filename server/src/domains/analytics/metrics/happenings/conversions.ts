import { formatInstant } from '@whisperforge/kernel/clock';
import { fraction, subtractFractions } from '@whisperforge/kernel/fraction';
import { dayIn } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { ratio } from '../formulas.ts';
import type { Column, Metric } from '../registry/metric.ts';
import { describeCustomers } from '../revenue/store-subjects.ts';
import { happeningMetric } from './happening-metric.ts';
import { describeAccounts, findSignUps } from './store-accounts.ts';
import { findTrialsBegun, findTrialSums } from './store-trials.ts';

const ONE = fraction(1n);
const NONE = fraction(0n);
const count = (name: string, title: string): Column => ({ name, title, unit: 'count', adds: true });
const said = (isSo: boolean) => (isSo ? ONE : NONE);
const counted = (number: number) => fraction(BigInt(number));

/** Of those who began in a span, how many have come to pay; each span is a cohort. */
export function conversionMetrics(executor: Executor): Metric[] {
  return [freeToPaid(executor), trialToPaid(executor)];
}

function freeToPaid(executor: Executor): Metric {
  return happeningMetric(executor, {
    name: 'free_to_paid',
    title: 'Free to paid',
    area: 'growth',
    summary:
      'How many of those who signed up in a span have paid since. The figure of a span grows as ' +
      'long as its people come to pay.',
    formula: 'Accounts that signed up in the span and have paid / accounts that signed up in it',
    columns: [
      { name: 'value', title: 'Free to paid', unit: 'share', adds: false },
      count('signed_up', 'Signed up'),
      count('tried', 'Of these, began a trial'),
      count('paid', 'Of these, paid'),
    ],
    opens: 'paid',
    dimensions: ['country', 'source', 'campaign'],
    holder: 'account',
    profileNotes: {},
    value: ({ paid, signed_up: signedUp }) => ratio(paid!, signedUp!),
    kept: {
      kind: 'sign_up',
      segments: { country: 'country', source: 'source', campaign: 'label' },
      measures: { signed_up: 'total', tried: 'first', paid: 'second' },
    },
    async happenings({ book, period }) {
      const instants = { start: formatInstant(period.startMs), end: formatInstant(period.endMs) };
      const signUps = await findSignUps(executor, book.id, instants);
      return signUps.map(({ accountId, signedUpMs, hasPaid, hasTried, ...segments }) => ({
        subject: String(accountId),
        day: dayIn(book.rules.timeZone, signedUpMs),
        segments,
        values: { signed_up: ONE, tried: said(hasTried), paid: said(hasPaid) },
      }));
    },
    describe: (_, keys) => describeAccounts(executor, keys),
  });
}

function trialToPaid(executor: Executor): Metric {
  return happeningMetric(executor, {
    name: 'trial_to_paid',
    title: 'Trial to paid',
    area: 'growth',
    summary:
      'How many of the trials that began in a span and are over have been paid for since; an ' +
      'account is counted with its first one.',
    formula: 'Trials of the span that were paid for / trials of the span that are over',
    columns: [
      { name: 'value', title: 'Trial to paid', unit: 'share', adds: false },
      count('trials', 'Trials begun'),
      count('undecided', 'Of these, still on trial'),
      count('paid', 'Of these, paid'),
    ],
    opens: 'paid',
    dimensions: ['country', 'source'],
    holder: 'customer',
    profileNotes: {},
    value: ({ paid, trials, undecided }) => ratio(paid!, subtractFractions(trials!, undecided!)),
    async happenings({ book, days }) {
      const trials = await findTrialsBegun(executor, book.id, days);
      return trials.map(({ customerId, trialFrom, isOver, hasPaid, ...segments }) => ({
        subject: String(customerId),
        day: trialFrom,
        segments,
        values: { trials: ONE, undecided: said(!isOver && !hasPaid), paid: said(hasPaid) },
      }));
    },
    async together({ book, spans, dimensions }) {
      const sums = await findTrialSums(executor, { bookId: book.id, spans, dimensions });
      return sums.map(({ span, segments, trials, undecided, paid }) => ({
        subject: '',
        day: spans[span]!.from,
        segments,
        values: { trials: counted(trials), undecided: counted(undecided), paid: counted(paid) },
      }));
    },
    describe: ({ book, span }, keys) =>
      describeCustomers(executor, { bookId: book.id, span, customerIds: keys.map(Number) }),
  });
}
