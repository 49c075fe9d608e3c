// pure
import { action, facts, text } from '../../document.ts';
import { liveOf } from '../../situation.ts';
import { sayChoice } from '../../wording.ts';
import { ENDED, type Template } from '../template.ts';

export const planChanged: Template<'plan_changed'> = {
  staleBecause({ subscriptionId, to }, situation) {
    const live = liveOf(situation, subscriptionId);
    if (live === null) return ENDED;
    const { planId, billingCycle, seats } = live;
    const isSame = planId === to.planId && billingCycle === to.billingCycle && seats === to.seats;
    return isSame ? null : 'it has changed again';
  },
  write({ from, to }, { catalog, accountUrl }) {
    return {
      subject:
        from.planId === to.planId
          ? 'Your subscription has changed'
          : `Your plan is now ${sayChoice(catalog, { ...to, seats: 1 })}`,
      parts: [
        text('The change is in force. What you have used in this month stays counted.'),
        facts({ Before: sayChoice(catalog, from), Now: sayChoice(catalog, to) }),
        ...action('Go to your account', accountUrl),
      ],
    };
  },
};
