// pure
import { action, facts, text } from '../../document.ts';
import { liveOf, when } from '../../situation.ts';
import { planName } from '../../wording.ts';
import { ENDED, type Template } from '../template.ts';

export const cancellationScheduled: Template<'cancellation_scheduled'> = {
  staleBecause({ subscriptionId, cancelAtMs }, situation) {
    const live = liveOf(situation, subscriptionId);
    if (live === null) return ENDED;
    return live.cancelAtMs === cancelAtMs ? null : 'the cancellation was withdrawn or moved';
  },
  write({ subscriptionId, cancelAtMs }, situation) {
    const live = liveOf(situation, subscriptionId);
    const plan = live === null ? 'your plan' : planName(situation.catalog, live.planId);
    return {
      subject: 'Your subscription is set to end',
      parts: [
        text('You keep your plan until then, and nothing more is charged for it.'),
        facts({ Plan: plan, Ends: when(situation, cancelAtMs) }),
        text(
          `After it your account has the limits of the plan ${situation.defaultPlan.name}.`,
          'If you change your mind, you can keep the subscription until the last day.',
        ),
        ...action('Keep the subscription', situation.accountUrl),
      ],
    };
  },
};
