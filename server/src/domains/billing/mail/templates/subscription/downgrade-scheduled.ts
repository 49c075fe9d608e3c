// pure
import { action, facts, text } from '../../document.ts';
import { liveOf, when } from '../../situation.ts';
import { planName } from '../../wording.ts';
import { ENDED, type Template } from '../template.ts';

export const downgradeScheduled: Template<'downgrade_scheduled'> = {
  staleBecause({ subscriptionId, planId, atMs }, situation) {
    const live = liveOf(situation, subscriptionId);
    if (live === null) return ENDED;
    const isSame = live.scheduled?.planId === planId && live.scheduled.atMs === atMs;
    return isSame ? null : 'the change was withdrawn or made';
  },
  write({ subscriptionId, planId, atMs }, situation) {
    const { catalog, accountUrl } = situation;
    const live = liveOf(situation, subscriptionId);
    const next = planName(catalog, planId);
    return {
      subject: `Your plan changes to ${next}`,
      parts: [
        text('Until then nothing changes for you, and you can withdraw it at any time.'),
        facts({
          Now: live === null ? null : planName(catalog, live.planId),
          Then: next,
          From: when(situation, atMs),
        }),
        ...action('Go to your account', accountUrl),
      ],
    };
  },
};
