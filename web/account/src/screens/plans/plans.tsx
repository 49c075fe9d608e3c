import { useState } from 'preact/hooks';
import { readPlans } from '../../api/account.ts';
import type { Cycle, Overview, Plan } from '../../api/contract.ts';
import { ChoiceField } from '../../parts/fields.tsx';
import { Failure, Skeleton } from '../../parts/messages.tsx';
import { TermsList } from '../../parts/terms-list.tsx';
import { View } from '../../parts/view.tsx';
import { returnUrl } from '../../state/customer.ts';
import { useLoad } from '../../state/use-load.ts';
import { distinguishing } from '../../words/plan-terms.ts';
import { commonSaving, currenciesOf } from '../../words/prices.ts';
import { PlanOffer } from './plan-offer.tsx';

/** What is for sale, for everybody; with a session also what it is bought by. */
export function PlansScreen({ overview }: { readonly overview: Overview | null }) {
  const { state, reload } = useLoad('plans', readPlans);
  const isReady = state.kind === 'ready';
  return (
    <View title="Plans" isBusy={state.kind === 'loading'}>
      {state.kind === 'loading' && <Skeleton heights={[44, 520]} />}
      {state.kind === 'failed' && <Failure problem={state.problem} onRetry={reload} />}
      {isReady && state.value.data.length === 0 && (
        <p>Nothing is on sale at the moment. Please come back later.</p>
      )}
      {isReady && state.value.data.length > 0 && (
        <Offers plans={state.value.data} overview={overview} />
      )}
    </View>
  );
}

interface OffersProps {
  readonly plans: readonly Plan[];
  readonly overview: Overview | null;
}

function Offers({ plans, overview }: OffersProps) {
  const currencies = currenciesOf(plans);
  const [chosen, setCurrency] = useState<string | null>(null);
  const currency = chosen ?? currencyOf(overview) ?? currencies[0] ?? 'usd';
  const [cycle, setCycle] = useState<Cycle>(overview?.subscription?.billing_cycle ?? 'monthly');
  const saving = commonSaving(plans, currency);
  const special = distinguishing(plans);
  const yearly = saving === null ? 'Yearly' : `Yearly, ${saving}% less`;
  const mayChooseCurrency = overview === null && currencies.length > 1;
  return (
    <>
      <div class="controls">
        <ChoiceField
          legend="Billing"
          isSwitch
          value={cycle}
          onChange={setCycle}
          options={[
            { value: 'monthly', label: 'Monthly' },
            { value: 'yearly', label: yearly },
          ]}
        />
        {mayChooseCurrency && (
          <ChoiceField
            legend="Currency"
            isSwitch
            value={currency}
            onChange={setCurrency}
            options={currencies.map((value) => ({ value, label: value.toUpperCase() }))}
          />
        )}
      </div>
      {overview === null && <HowToBuy />}
      <ul class="offers">
        {plans.map((plan) => (
          <PlanOffer key={plan.slug} {...{ plan, cycle, currency, special, overview }} />
        ))}
      </ul>
      <Shared plan={plans[0]} special={special} />
    </>
  );
}

/** An account pays in one currency. */
function currencyOf(overview: Overview | null): string | undefined {
  return overview?.next_invoice?.currency ?? overview?.packs[0]?.currency;
}

function HowToBuy() {
  const url = returnUrl();
  return (
    <p class="message quiet">
      To choose a plan, {url === null ? 'sign in to the app' : <a href={url}>go to the app</a>} and
      open your account from there.
    </p>
  );
}

function Shared(props: { readonly plan: Plan | undefined; readonly special: ReadonlySet<string> }) {
  const shared = props.plan?.features.filter(
    ({ feature, granted }) => granted && !props.special.has(feature),
  );
  if (shared === undefined || shared.length === 0) return null;
  return (
    <section class="shared" aria-labelledby="shared-heading">
      <h2 id="shared-heading">In every plan</h2>
      <TermsList features={shared} />
    </section>
  );
}
