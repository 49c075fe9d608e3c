// pure
import { action, facts, text } from '../../document.ts';
import { liveOf, when } from '../../situation.ts';
import { sayChoice } from '../../wording.ts';
import { ENDED, type Template } from '../template.ts';

export const resumed: Template<'resumed'> = {
  staleBecause({ subscriptionId }, situation) {
    const live = liveOf(situation, subscriptionId);
    if (live === null) return ENDED;
    const isToChange = live.cancelAtMs !== null || live.scheduled !== null;
    return isToChange ? 'it is to change or to end again' : null;
  },
  write({ subscriptionId }, situation) {
    const live = liveOf(situation, subscriptionId);
    return {
      subject: 'Your subscription goes on',
      parts: [
        text('What was planned is withdrawn, and everything stays as it is.'),
        facts({
          Plan: live === null ? null : sayChoice(situation.catalog, live),
          Renews: live === null ? null : when(situation, live.period.endMs),
        }),
        ...action('Go to your account', situation.accountUrl),
      ],
    };
  },
};
