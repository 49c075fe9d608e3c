import type { Overview, Subscription } from '../../api/contract.ts';
import { Link } from '../../parts/button.tsx';
import { showInstant } from '../../../../ui/dates.ts';
import { statusWord } from '../../words/standing.ts';

interface PlanCardProps {
  readonly overview: Overview;
  /** Whether changing the plan is what most people come for now. */
  readonly isMain: boolean;
}

/** What the customer is on, and the ways to another plan. */
export function PlanCard({ overview, isMain }: PlanCardProps) {
  const { plan, subscription } = overview;
  const weight = isMain ? 'primary' : 'second';
  return (
    <section class="card" aria-labelledby="plan-heading">
      <h2 id="plan-heading">Plan</h2>
      <p class="plan-name">
        {subscription?.name ?? plan.name} {subscription !== null && <Status of={subscription} />}
      </p>
      {subscription !== null && <Terms of={subscription} inForce={plan.name} />}
      <div class="actions">
        <Link to="/account/plans" weight={weight}>
          {subscription === null ? 'See plans' : 'Change plan'}
        </Link>
        {subscription !== null && subscription.cancel_at === null && (
          <Link to="/account/cancel" weight="plain">
            Cancel subscription
          </Link>
        )}
      </div>
    </section>
  );
}

function Status({ of }: { readonly of: Subscription }) {
  const { tone, text } = statusWord(of.status);
  return <span class={`status ${tone}`}>{text}</span>;
}

function Terms({ of, inForce }: { readonly of: Subscription; readonly inForce: string }) {
  const { billing_cycle: cycle, seats, period_end: end, cancel_at: cancelAt } = of;
  const isGoingOn = of.status !== 'paused';
  const isElsewhere = inForce !== of.name;
  return (
    <dl class="facts">
      {cycle !== null && (
        <div>
          <dt>Billed</dt>
          <dd>{cycle === 'yearly' ? 'every year' : 'every month'}</dd>
        </div>
      )}
      {seats !== null && seats > 1 && (
        <div>
          <dt>Seats</dt>
          <dd>{seats}</dd>
        </div>
      )}
      {end !== null && isGoingOn && (
        <div>
          <dt>{cancelAt === null ? 'Renews' : 'Paid until'}</dt>
          <dd>{showInstant(cancelAt ?? end)}</dd>
        </div>
      )}
      {isElsewhere && (
        <div>
          <dt>In force now</dt>
          <dd>{inForce}</dd>
        </div>
      )}
    </dl>
  );
}
