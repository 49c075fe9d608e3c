// pure
import { action, facts, text } from '../../document.ts';
import { liveOf, when } from '../../situation.ts';
import { planName } from '../../wording.ts';
import type { Template } from '../template.ts';

export const trialEnding: Template<'trial_ending'> = {
  staleBecause({ subscriptionId, trialEndMs }, situation) {
    const live = liveOf(situation, subscriptionId);
    if (live?.status !== 'trialing') return 'the trial is over';
    if (live.trialEndMs !== trialEndMs) return 'the trial ends at another instant';
    if (live.cancelAtMs !== null && live.cancelAtMs <= trialEndMs) return 'nothing follows it';
    return trialEndMs <= situation.nowMs ? 'the trial is over' : null;
  },
  write({ subscriptionId, trialEndMs }, situation) {
    const live = liveOf(situation, subscriptionId);
    const plan = live === null ? 'your plan' : planName(situation.catalog, live.planId);
    return {
      subject: `Your trial of ${plan} ends soon`,
      parts: [
        text(
          'When it ends, your subscription begins and your payment method is charged.',
          'If you do not want that, cancel before.',
        ),
        facts({ 'Plan': plan, 'The trial ends': when(situation, trialEndMs) }),
        ...action('Go to your account', situation.accountUrl),
      ],
    };
  },
};
