import type { Cycle, Overview, Plan } from '../../api/contract.ts';
import { Link } from '../../parts/button.tsx';
import { TermsList } from '../../parts/terms-list.tsx';
import { showMoney, showPrice } from '../../../../ui/money.ts';
import { monthlyShare, priceOf, savingOf } from '../../words/prices.ts';

interface OfferProps {
  readonly plan: Plan;
  readonly cycle: Cycle;
  readonly currency: string;
  /** The features in which plans differ. */
  readonly special: ReadonlySet<string>;
  readonly overview: Overview | null;
}

/** One plan: its price, what it grants, and the way to it. */
export function PlanOffer({ plan, cycle, currency, special, overview }: OfferProps) {
  const isCurrent = isOn(overview, plan.slug);
  const features = plan.features.filter(({ feature, granted }) => granted && special.has(feature));
  const heading = `plan-${plan.slug}`;
  return (
    <li class={`card offer ${isCurrent ? 'current' : ''}`} aria-labelledby={heading}>
      <h2 id={heading}>
        {plan.name}
        {isCurrent && <span class="status good">Your plan</span>}
      </h2>
      <p class="hint">{plan.description}</p>
      <Price {...{ plan, cycle, currency }} />
      <Action {...{ plan, cycle, currency, overview }} />
      <TermsList features={features} />
    </li>
  );
}

function isOn(overview: Overview | null, slug: string): boolean {
  if (overview === null) return false;
  return (overview.subscription?.plan ?? overview.plan.plan) === slug;
}

type PriceProps = Pick<OfferProps, 'plan' | 'cycle' | 'currency'>;

function Price({ plan, cycle, currency }: PriceProps) {
  const price = priceOf(plan.prices, { cycle, currency });
  const monthly = priceOf(plan.prices, { cycle: 'monthly', currency });
  if (plan.prices.length === 0) return <PriceLines main="By agreement" isWords notes={[]} />;
  if (price === undefined) {
    const isFree = monthly?.amountMinor === 0;
    if (isFree && monthly !== undefined) return <PriceLines main={showPrice(monthly)} notes={[]} />;
    const where = `Not sold ${cycle === 'yearly' ? 'by the year' : 'by the month'}`;
    return <PriceLines main={where} isWords notes={[]} />;
  }
  if (price.amountMinor === 0) return <PriceLines main={showPrice(price)} notes={[]} />;
  const seats = plan.extra_seat && priceOf(plan.extra_seat.prices, { cycle, currency });
  const every = cycle === 'yearly' ? 'a year' : 'a month';
  const share = cycle === 'yearly' ? monthlyShare(price) : null;
  const saving = cycle === 'yearly' ? savingOf(plan, currency) : null;
  return (
    <PriceLines
      main={showPrice(price)}
      every={every}
      notes={[
        share && `${showMoney(share)} a month`,
        saving && `Saves ${showMoney(saving.amount)} a year`,
        seats && `Further seats ${showMoney(seats)} ${every} each`,
        plan.trial_days > 0 && `${plan.trial_days} days to try it, for new customers`,
      ].filter((note) => typeof note === 'string')}
    />
  );
}

function PriceLines(props: {
  readonly main: string;
  readonly isWords?: boolean;
  readonly every?: string;
  readonly notes: readonly string[];
}) {
  return (
    <div class="price">
      <p>
        <strong class={props.isWords === true ? 'words' : undefined}>{props.main}</strong>{' '}
        {props.every}
      </p>
      {props.notes.map((note) => (
        <p key={note} class="hint">
          {note}
        </p>
      ))}
    </div>
  );
}

type ActionProps = Omit<OfferProps, 'special'>;

/** Nothing where there is nothing to press: no session, the plan itself, no price for it. */
function Action({ plan, cycle, currency, overview }: ActionProps) {
  if (overview === null) return <p class="action" />;
  const { subscription } = overview;
  const query = `plan=${encodeURIComponent(plan.slug)}&cycle=${cycle}`;
  const hasPrice = priceOf(plan.prices, { cycle, currency }) !== undefined;
  const isSame = subscription?.plan === plan.slug && subscription.billing_cycle === cycle;
  if (plan.is_default) {
    if (subscription === null || subscription.cancel_at !== null) return <p class="action" />;
    return (
      <p class="action">
        <Link to="/account/cancel" weight="plain">
          Cancel to return to {plan.name}
        </Link>
      </p>
    );
  }
  if (!hasPrice) return <p class="action" />;
  if (subscription === null) {
    return (
      <p class="action">
        <Link to={`/account/plans?${query}`} weight="second" label={`Choose ${plan.name}`}>
          Choose {plan.name}
        </Link>
      </p>
    );
  }
  const isSeated = isSame && plan.extra_seat !== null;
  if (isSame && !isSeated) return <p class="action" />;
  return (
    <p class="action">
      <Link to={`/account/change?${query}`} weight="second">
        {isSeated ? 'Change seats' : changeLabel(plan, cycle, subscription.plan)}
      </Link>
    </p>
  );
}

function changeLabel(plan: Plan, cycle: Cycle, current: string): string {
  return plan.slug === current ? `Change to ${cycle}` : `Change to ${plan.name}`;
}
