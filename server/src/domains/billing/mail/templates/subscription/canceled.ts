// pure
import { action, text } from '../../document.ts';
import { planName } from '../../wording.ts';
import type { Template } from '../template.ts';

export const canceled: Template<'canceled'> = {
  staleBecause(_data, { subscription }) {
    return subscription === null ? null : 'there is a subscription again';
  },
  write({ planId, isUnpaid }, { catalog, defaultPlan, accountUrl }) {
    const plan = planName(catalog, planId);
    return {
      subject: `Your subscription to ${plan} has ended`,
      parts: [
        text(
          isUnpaid
            ? 'It ended because a payment for it stayed open.'
            : 'It ended as it was to, and nothing more is charged for it.',
          `Your account now has the limits of the plan ${defaultPlan.name}.`,
        ),
        text('Nothing of yours is deleted, and you can subscribe again at any time.'),
        ...action('See the plans', accountUrl),
      ],
    };
  },
};
