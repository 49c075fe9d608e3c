import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { plansQuery } from '../../../api/plans.ts';
import {
  agreedPricesQuery,
  agreePrice,
  PRICING,
  type AgreedPrice,
  type PutRule,
  type Rule,
} from '../../../api/pricing/rules.ts';
import { faultsIn } from '../../../forms/faults.ts';
import { TryDrawer } from '../../../forms/try-drawer.tsx';
import { endOfDay } from '../../../words/days.ts';
import type { Difference } from '../../../words/differences.ts';
import { PutTold } from '../rules/put-told.tsx';
import { ruleDifferences } from '../rules/rule-words.ts';
import { PriceFields, type PriceForm } from './price-fields.tsx';

/** One price of a plan for one user; for what it is stays, where it takes the place of another. */
export function AgreePrice(props: {
  readonly user: string;
  readonly of?: Rule;
  readonly onClose: () => void;
}) {
  const { user, of, onClose } = props;
  const { data: plans = [] } = useQuery(plansQuery);
  const [form, setForm] = useState<PriceForm>(formOf(of));
  const [shown, setShown] = useState(of);
  const queries = useQueryClient();
  const plan = form.plan === '' ? (plans.at(-1)?.slug ?? '') : form.plan;
  const onStale = async (): Promise<readonly Difference[]> => {
    const rules = await queries.query({ ...agreedPricesQuery(user), staleTime: 0 });
    const now = rules.find((rule) => rule.key === shown?.key);
    setShown(now);
    return ruleDifferences(shown ?? null, now ?? null);
  };
  return (
    <TryDrawer<PutRule>
      title={of === undefined ? 'Agree upon a price' : 'Agree upon another price'}
      verb="Agree upon it"
      done="The price is agreed upon"
      refreshes={PRICING}
      isReady={plan !== '' && form.amount !== ''}
      attempt={(attempt) => agreePrice(user, priceOf({ ...form, plan }, shown), attempt)}
      tell={(put) => <PutTold of={put} />}
      onStale={onStale}
      onClose={onClose}
    >
      {(problem) => (
        <>
          <p>
            It takes the place of what the plan costs from the next purchase or change on. A
            subscription that there is stays as it was bought.
          </p>
          <PriceFields
            isNew={of === undefined}
            plans={plans}
            form={{ ...form, plan }}
            faultAt={faultsIn(problem, 'rule')}
            onChange={(change) => setForm({ ...form, ...change })}
          />
        </>
      )}
    </TryDrawer>
  );
}

function formOf(rule: Rule | undefined): PriceForm {
  return {
    plan: rule?.conditions.plan ?? '',
    cycle: rule?.conditions.billing_cycle ?? 'yearly',
    currency: rule?.conditions.currency ?? 'usd',
    amount: rule?.effect.amount ?? '',
    seat: rule?.effect.extra_seat_amount ?? '',
    lastDay: '',
    stacking: rule?.stacking ?? 'exclusive',
  };
}

function priceOf(form: PriceForm, of: Rule | undefined): AgreedPrice {
  const until = endOfDay(form.lastDay) ?? of?.valid_until ?? undefined;
  return {
    plan: form.plan,
    billing_cycle: form.cycle,
    currency: form.currency.toLowerCase(),
    amount: form.amount.trim(),
    stacking: form.stacking,
    ...(form.seat !== '' && { extra_seat_amount: form.seat.trim() }),
    ...(until !== undefined && { valid_until: until }),
    ...(of !== undefined && { version: of.version }),
  };
}
