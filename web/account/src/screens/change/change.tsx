import { useEffect, useState } from 'preact/hooks';
import { previewChange, readPlans } from '../../api/account.ts';
import type { Choice, Cycle, Moment, Overview, Plan, Subscription } from '../../api/contract.ts';
import { Link } from '../../parts/button.tsx';
import { ChoiceField } from '../../parts/fields.tsx';
import { Failure, Skeleton } from '../../parts/messages.tsx';
import { View } from '../../parts/view.tsx';
import { useLoad } from '../../state/use-load.ts';
import { showInstant } from '../../../../ui/dates.ts';
import { includedSeats, isReduction } from '../../words/prices.ts';
import { CodeField } from '../plans/code-field.tsx';
import { SeatsField } from '../plans/seats-field.tsx';
import { Confirmation } from './confirmation.tsx';
import { Differences } from './differences.tsx';

interface ChangeProps {
  readonly overview: Overview;
  readonly plan: string;
  readonly cycle: Cycle;
}

/** From what the customer has to another plan, cycle or number of seats, previewed by Stripe. */
export function ChangeScreen({ overview, plan: slug, cycle }: ChangeProps) {
  const { state, reload } = useLoad('plans', readPlans);
  const { subscription } = overview;
  if (state.kind === 'loading') {
    return (
      <View title="Change plan" isNarrow isBusy>
        <Skeleton heights={[320]} />
      </View>
    );
  }
  if (state.kind === 'failed') {
    return (
      <View title="Change plan" isNarrow>
        <Failure problem={state.problem} onRetry={reload} />
      </View>
    );
  }
  const plans = state.value.data;
  const target = plans.find((one) => one.slug === slug);
  if (subscription === null || target === undefined) {
    return (
      <View title="Change plan" isNarrow>
        <p>
          {subscription === null
            ? 'There is no subscription to change. '
            : 'This plan is not on sale. '}
          <Link to="/account/plans">See the plans</Link>
        </p>
      </View>
    );
  }
  const from = plans.find((one) => one.slug === subscription.plan);
  return <Change {...{ subscription, from, target, cycle, overview }} />;
}

interface TargetProps {
  readonly subscription: Subscription;
  /** The customer's plan as it is on sale today, if it is. */
  readonly from: Plan | undefined;
  readonly target: Plan;
  readonly cycle: Cycle;
  readonly overview: Overview;
}

/** What the server says to less that is wanted now, where the prices alone did not tell. */
const TOO_SOON = 'downgrade_at_period_end';

function Change({ subscription, from, target, cycle, overview }: TargetProps) {
  const included = includedSeats(target) ?? 1;
  const had = subscription.seats ?? 1;
  const [seats, setSeats] = useState<number | null>(had > included ? had : null);
  const [code, setCode] = useState<string | null>(null);
  const currency = overview.next_invoice?.currency ?? target.prices[0]?.currency ?? 'usd';
  const isLess =
    from !== undefined &&
    isReduction(
      { plan: from, cycle: subscription.billing_cycle ?? 'monthly', seats: had },
      { plan: target, cycle, seats: seats ?? included },
      currency,
    );
  const [chosen, setWhen] = useState<Moment>('now');
  const [isRefused, setRefused] = useState(false);
  const mustWait = isLess || isRefused;
  const when = mustWait ? 'period_end' : chosen;
  const choice: Choice = {
    plan: target.slug,
    billing_cycle: cycle,
    ...(target.extra_seat !== null && seats !== null && { seats }),
    ...(code !== null && { promotion_code: code }),
  };
  const preview = useLoad(JSON.stringify({ ...choice, when }), () =>
    previewChange({ ...choice, when }),
  );
  const { state } = preview;
  const isTooSoon = state.kind === 'failed' && state.problem.code === TOO_SOON;
  useEffect(() => setRefused((before) => before || isTooSoon), [isTooSoon]);
  const codeFault = state.kind === 'failed' && code !== null ? state.problem.message : undefined;
  const isLeft = state.kind === 'ready' && state.value.promotion_code?.applied === false;
  const codeLeft = isLeft ? 'The discount that you have takes more off, and stays.' : undefined;
  const { plan: inForce } = overview;
  const isKnown = inForce.plan === from?.slug && inForce.version === from.version;
  const isSamePlan = from?.slug === target.slug;
  return (
    <View
      title={isSamePlan ? `Change ${target.name}` : `Change to ${target.name}`}
      lead={`You have ${subscription.name}, ${billed(subscription.billing_cycle)}.`}
      isNarrow
    >
      <section class="card" aria-label="Change">
        <p class="plan-name">
          {target.name}, {billed(cycle)}
        </p>
        <SeatsField plan={target} seats={seats} onChange={setSeats} />
        <CodeField code={code} fault={codeFault ?? codeLeft} onApply={setCode} />
        {mustWait ? (
          <p>A change to less takes effect when what you have paid for is over.</p>
        ) : (
          <When end={subscription.period_end} value={when} onChange={setWhen} />
        )}
      </section>
      {from !== undefined && isKnown && !isSamePlan && (
        <Differences from={from} to={target} preview={state} />
      )}
      <Confirmation preview={preview} target={target} when={when} hasCode={code !== null} />
    </View>
  );
}

function billed(cycle: Cycle | null): string {
  if (cycle === null) return 'by agreement';
  return cycle === 'yearly' ? 'billed every year' : 'billed every month';
}

interface WhenProps {
  readonly end: string | null;
  readonly value: Moment;
  readonly onChange: (when: Moment) => unknown;
}

function When({ end, value, onChange }: WhenProps) {
  const later = end === null ? 'At the end of the period' : `On ${showInstant(end)}`;
  return (
    <ChoiceField
      legend="When should it change?"
      value={value}
      onChange={onChange}
      options={[
        { value: 'now', label: 'Now', hint: 'You pay the difference for the rest of the period.' },
        { value: 'period_end', label: later, hint: 'Nothing is due today.' },
      ]}
    />
  );
}
