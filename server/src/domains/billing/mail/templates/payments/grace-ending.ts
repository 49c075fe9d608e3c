// pure
import { action, facts, text } from '../../document.ts';
import { graceEndMs, liveOf, when } from '../../situation.ts';
import { planName } from '../../wording.ts';
import { SETTLED, type Template } from '../template.ts';

export const graceEnding: Template<'grace_ending'> = {
  staleBecause({ subscriptionId, owedSinceMs }, situation) {
    const live = liveOf(situation, subscriptionId);
    if (live?.status !== 'past_due' || live.pastDueSinceMs !== owedSinceMs) return SETTLED;
    return situation.effective.restriction === null ? null : 'access is restricted already';
  },
  write({ subscriptionId }, situation) {
    const live = liveOf(situation, subscriptionId);
    const endMs = graceEndMs(situation);
    const plan = live === null ? 'your plan' : planName(situation.catalog, live.planId);
    return {
      subject: `${plan} ends soon without a payment`,
      parts: [
        text('A payment is still open, though we have tried to charge your payment method.'),
        facts({ 'You keep your plan until': endMs === null ? null : when(situation, endMs) }),
        text(
          `From then on the limits of the plan ${situation.defaultPlan.name} apply.`,
          'Nothing of yours is deleted, and a payment brings everything back at once.',
        ),
        ...action('Go to your account', situation.accountUrl),
      ],
    };
  },
};
