// pure
import { action, facts, text } from '../../document.ts';
import { sayAmount } from '../../wording.ts';
import type { Template } from '../template.ts';

export const packBought: Template<'pack_bought'> = {
  staleBecause: () => null,
  write({ packName, paid }, { invoice, accountUrl }) {
    return {
      subject: `You have bought ${packName}`,
      parts: [
        text('Thank you. What you bought is in your account, and is used after your plan’s own.'),
        facts({ Pack: packName, Paid: sayAmount(paid), Invoice: invoice?.number ?? null }),
        ...action('Open the invoice', invoice?.hostedUrl ?? null),
        ...action('Go to your account', accountUrl),
      ],
    };
  },
};
