// pure
import { action, facts, text } from '../../document.ts';
import { when } from '../../situation.ts';
import { sayAmount } from '../../wording.ts';
import type { Template } from '../template.ts';

export const overageCharged: Template<'overage_charged'> = {
  staleBecause: () => null,
  write({ featureName, used, charged, period }, situation) {
    const { invoice, accountUrl } = situation;
    const amount = sayAmount(charged);
    return {
      subject: `${featureName}: ${amount} for use beyond your limit`,
      parts: [
        text('You agreed to pay for what you use beyond your limit. It is on your next invoice.'),
        facts({
          Feature: featureName,
          Beyond: used,
          From: when(situation, period.startMs),
          To: when(situation, period.endMs),
          Charged: amount,
        }),
        ...action('Open the invoice', invoice?.hostedUrl ?? null),
        ...action('Change your spending cap', accountUrl),
      ],
    };
  },
};
