import { useQuery, useQueryClient } from '@tanstack/react-query';
import { subscriptionQuery } from '../../../api/billing.ts';
import type { SubscriptionAnswer } from '../../../api/contract/money.ts';
import type { UserProfile } from '../../../api/contract/users.ts';
import { useMay } from '../../../api/session.ts';
import { userQuery } from '../../../api/users.ts';
import type { DeedSubject } from '../../../deeds/use-deed.ts';
import { spoken } from '../../../words/quantities.ts';
import { tellStanding } from '../../../words/standing.ts';

/** Whether there is anything at Stripe that whoever looks may see. */
export function useIsBilled({ billing }: UserProfile): boolean {
  return useMay()('money.read') && billing.subscription?.source === 'stripe';
}

/** The user as a deed looks at them: what was shown, and what is so now when others were faster. */
export function useSubject(profile: UserProfile): DeedSubject {
  const queries = useQueryClient();
  const isBilled = useIsBilled(profile);
  const money = useQuery({ ...subscriptionQuery(profile.user), enabled: isBilled });
  return {
    version: profile.version,
    shown: shownOf(profile, money.data),
    async refresh() {
      const now = await queries.query({ ...userQuery(profile.user), staleTime: 0 });
      if (money.data === undefined) return shownOf(now, undefined);
      const asked = queries.query({ ...subscriptionQuery(profile.user), staleTime: 0 });
      // Without Stripe's answer the rest is told all the same.
      return shownOf(now, await asked.catch(() => money.data));
    },
  };
}

/** What a change by somebody else is told in; meters move by themselves. */
function shownOf(profile: UserProfile, money: SubscriptionAnswer | undefined) {
  const { name, email, plan, status, restriction, overrides } = profile;
  const present = overrides.filter(({ in_force: isInForce }) => isInForce);
  const beside = present.map(
    ({ kind, amount, feature, plan: to }) =>
      `${spoken(kind)} ${amount ?? ''} ${feature ?? to ?? ''}`,
  );
  const who = { name, email, plan, status, restriction, beside_the_plan: beside };
  return money === undefined ? who : { ...who, ...tellStanding(money), plan, status };
}
