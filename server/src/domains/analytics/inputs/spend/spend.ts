import { daysBetween, shiftDay, shiftMonth } from '@whisperforge/kernel/period';
import type { CellReader } from '../../imports/lines/cells.ts';
import type { InputKind } from '../kind.ts';
import type { SpendLine } from './spend-line.ts';
import { findSpend, putSpend } from './store.ts';

type SpendField = 'channel' | 'campaign' | 'period' | 'until' | 'amount' | 'currency';

export const marketingSpend: InputKind<SpendLine, SpendField> = {
  name: 'marketing-spend',
  title: 'Marketing spend',
  description:
    'What was spent on each channel, by day or month. Spend of a longer period counts evenly on ' +
    'its days; of one channel and campaign, periods cannot overlap.',
  fields: [
    { name: 'channel', isNeeded: true, description: 'Such as `search`.' },
    { name: 'campaign', isNeeded: false, description: 'Where a channel is told by campaign.' },
    { name: 'period', isNeeded: true, description: 'A month such as `2026-03`, or a day.' },
    { name: 'until', isNeeded: false, description: 'Of more days: the first it is not for.' },
    { name: 'amount', isNeeded: true, description: 'In units of the currency, such as `99.50`.' },
    { name: 'currency', isNeeded: false, description: 'Three letters.' },
  ],
  read(reader, defaults) {
    const currency = reader.currency('currency', defaults.currency);
    return {
      channel: reader.text('channel', 'needed'),
      campaign: reader.text('campaign'),
      ...periodOf(reader),
      amountMinor: reader.amount('amount', currency),
      currency,
    };
  },
  keyOf: ({ channel, campaign, startsOn }) => JSON.stringify([channel, campaign, startsOn]),
  groupOf: ({ channel, campaign }) => JSON.stringify([channel, campaign]),
  find: findSpend,
  conflict(line, others) {
    for (const other of others) {
      if (other.channel !== line.channel || other.campaign !== line.campaign) continue;
      if (other.startsOn >= line.endsOn || other.endsOn <= line.startsOn) continue;
      const message = `overlaps what is told from ${other.startsOn} until ${other.endsOn}`;
      return { field: 'period', message };
    }
    return null;
  },
  put: putSpend,
};

/** Longer than a year it would say nothing about any day. */
const MOST_DAYS = 366;

function periodOf(reader: CellReader<SpendField>): Pick<SpendLine, 'startsOn' | 'endsOn'> {
  const said = reader.said('period');
  const isMonth = /^\d{4}-\d{2}$/.test(said);
  const startsOn = isMonth ? monthStart(said) : reader.day('period', 'needed');
  if (startsOn === undefined) {
    reader.refuse('period', 'is not a month such as 2024-02');
    return { startsOn: '', endsOn: '' };
  }
  const until = reader.day('until');
  if (startsOn === '') return { startsOn, endsOn: until };
  const endsOn = until || (isMonth ? shiftMonth(startsOn, 1) : shiftDay(startsOn, 1));
  const days = daysBetween(startsOn, endsOn);
  if (days < 1 || days > MOST_DAYS) {
    reader.refuse('until', `is not 1 to ${MOST_DAYS} days after the first`);
  }
  return { startsOn, endsOn };
}

function monthStart(month: string): string | undefined {
  return /^(?:19[7-9]\d|20\d\d)-(?:0[1-9]|1[0-2])$/.test(month) ? `${month}-01` : undefined;
}
