// pure
import { action, text } from '../../document.ts';
import { liveOf } from '../../situation.ts';
import { planName } from '../../wording.ts';
import type { Template } from '../template.ts';

export const restricted: Template<'restricted'> = {
  staleBecause({ subscriptionId }, situation) {
    if (liveOf(situation, subscriptionId) === null) return 'the subscription has ended';
    return situation.effective.restriction === null ? 'access is not restricted' : null;
  },
  write({ subscriptionId }, situation) {
    const live = liveOf(situation, subscriptionId);
    const plan = live === null ? 'Your plan' : planName(situation.catalog, live.planId);
    return {
      subject: `${plan} is on hold until you pay`,
      parts: [
        text(
          'The payment for your plan is still open, so your account now has the limits of the ' +
            `plan ${situation.defaultPlan.name}.`,
        ),
        text(
          'Nothing of yours is deleted.',
          'As soon as the payment arrives, everything is back as it was.',
        ),
        ...action('Go to your account', situation.accountUrl),
      ],
    };
  },
};
