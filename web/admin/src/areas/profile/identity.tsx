import type { ReactNode } from 'react';
import type { UserProfile } from '../../api/contract/users.ts';
import { Day, Instant } from '../../parts/instant.tsx';
import { Amount, Copyable } from '../../parts/values.tsx';
import { counted, spoken } from '../../words/quantities.ts';

/** Who it is. */
export function Identity({ profile }: { readonly profile: UserProfile }) {
  const { stripe_customer_id: customer } = profile.billing;
  return (
    <section className="card" aria-labelledby="identity">
      <h2 id="identity">Who</h2>
      <dl className="facts">
        <Fact name="E-mail">
          <Copyable text={profile.email} what="the e-mail" />
        </Fact>
        <Fact name="Id">
          <Copyable text={profile.user} what="the id" />
        </Fact>
        <Fact name="Account">{profile.account}</Fact>
        <Fact name="Signed up">
          <Day at={profile.signed_up_at} />
        </Fact>
        {profile.country !== null && <Fact name="Country">{profile.country}</Fact>}
        {profile.source !== null && <Fact name="Came from">{profile.source}</Fact>}
        {customer !== null && (
          <Fact name="Stripe">
            <Copyable text={customer} what="the customer's id" />
          </Fact>
        )}
      </dl>
    </section>
  );
}

/** Who bills it, as it is read after the cycle: `Monthly by Stripe`. */
const SOURCES: Readonly<Record<string, string>> = {
  stripe: 'by Stripe',
  manual: 'by contract',
  gift: 'as a gift',
};

/** What they have bought, and what they owe. */
export function Contract({ profile }: { readonly profile: UserProfile }) {
  const { billing, subscription } = profile;
  const { open_amount_minor: owed, currency } = billing;
  return (
    <section className="card" aria-labelledby="contract">
      <h2 id="contract">Plan and money</h2>
      <dl className="facts">
        <Fact name="Plan">
          {spoken(profile.plan)}
          <span className="quiet"> by {spoken(profile.plan_source).toLowerCase()}</span>
        </Fact>
        {profile.restriction !== null && (
          <Fact name="Restricted">{spoken(profile.restriction)}</Fact>
        )}
        {billing.subscription !== null && (
          <>
            <Fact name="Billed">
              {spoken(billing.subscription.billing_cycle)}
              <span className="quiet"> {SOURCES[billing.subscription.source] ?? ''}</span>
            </Fact>
            <Fact name="Seats">{billing.subscription.seats}</Fact>
            <Dated name="Period ends" at={billing.subscription.period_end} />
            <Dated name="Trial ends" at={billing.subscription.trial_end} />
            <Dated name="Overdue since" at={billing.subscription.past_due_since} />
          </>
        )}
        <Dated name="Changes" at={subscription?.changes_at ?? null} />
        <Dated name="Ends" at={subscription?.cancel_at ?? null} />
        <Dated name="Last paid" at={billing.last_paid_at} />
        {billing.open_invoices > 0 && (
          <Fact name="Owed">
            <Amount of={{ amount_minor: owed, currency }} />
            <span className="quiet"> by {counted(billing.open_invoices, 'invoice')}</span>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact(props: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

function Dated(props: { readonly name: string; readonly at: string | null }) {
  if (props.at === null) return null;
  return (
    <Fact name={props.name}>
      <Instant at={props.at} />
    </Fact>
  );
}
