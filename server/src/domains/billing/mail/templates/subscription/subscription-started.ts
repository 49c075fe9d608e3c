// pure
import { action, facts, text } from '../../document.ts';
import { liveOf, when } from '../../situation.ts';
import { planName, sayChoice } from '../../wording.ts';
import { ENDED, type Template } from '../template.ts';

export const subscriptionStarted: Template<'subscription_started'> = {
  staleBecause({ subscriptionId }, situation) {
    return liveOf(situation, subscriptionId) === null ? ENDED : null;
  },
  write({ subscriptionId }, situation) {
    const live = liveOf(situation, subscriptionId);
    if (live === null) return { subject: 'Your subscription', parts: [] };
    const { catalog } = situation;
    const isTrial = live.status === 'trialing' && live.trialEndMs !== null;
    return {
      subject: isTrial
        ? `Your trial of ${planName(catalog, live.planId)} has begun`
        : `Welcome to ${planName(catalog, live.planId)}`,
      parts: [
        text('Everything that your plan includes is yours from now on.'),
        facts({
          'Plan': sayChoice(catalog, live),
          'The trial ends': isTrial ? when(situation, live.trialEndMs ?? 0) : null,
          'Renews': live.cancelAtMs === null ? when(situation, live.period.endMs) : null,
        }),
        ...action('Go to your account', situation.accountUrl),
      ],
    };
  },
};
