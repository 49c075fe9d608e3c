// pure
import { action, facts, text } from '../../document.ts';
import { when } from '../../situation.ts';
import { sayAmount } from '../../wording.ts';
import type { Template } from '../template.ts';

export const receipt: Template<'receipt'> = {
  staleBecause(_data, { invoice }) {
    if (invoice === null) return 'the invoice is not on record';
    return invoice.status === 'paid' ? null : 'the invoice is not paid';
  },
  write(_data, situation) {
    const { invoice } = situation;
    if (invoice === null) return { subject: 'Your receipt', parts: [] };
    const { currency, paidMs, number } = invoice;
    const say = (amountMinor: number): string => sayAmount({ amountMinor, currency });
    const lines = invoice.lines.slice(0, MOST_LINES);
    return {
      subject: `Your receipt for ${say(invoice.amountPaidMinor)}`,
      parts: [
        text('Thank you. This is what you paid for.'),
        facts({
          Invoice: number,
          Paid: paidMs === null ? null : when(situation, paidMs),
        }),
        {
          kind: 'facts',
          facts: [
            ...lines.map(({ description, amountMinor }) => ({
              label: description === '' ? 'Item' : description,
              value: say(amountMinor),
            })),
            ...(invoice.subtotalMinor === invoice.totalMinor
              ? []
              : [{ label: 'Discounts and tax', value: say(restOf(invoice)) }]),
            { label: 'Total', value: say(invoice.totalMinor) },
            { label: 'Amount paid', value: say(invoice.amountPaidMinor) },
          ],
        },
        ...(invoice.lines.length > MOST_LINES
          ? [text('The invoice has more lines than are shown here.')]
          : []),
        ...action('Open the invoice', invoice.hostedUrl),
        ...action('Download it as PDF', invoice.pdfUrl),
      ],
    };
  },
};

const MOST_LINES = 20;

function restOf({
  subtotalMinor,
  totalMinor,
}: {
  readonly subtotalMinor: number;
  readonly totalMinor: number;
}): number {
  return totalMinor - subtotalMinor;
}
