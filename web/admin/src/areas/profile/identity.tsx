import type { ReactNode } from 'react';
import type { UserProfile } from '../../api/contract/users.ts';
import { Day, Instant } from '../../parts/instant.tsx';
import { Amount, Copyable } from '../../parts/values.tsx';
import { spoken } from '../../words/quantities.ts';

/** Who it is, and what they have bought. */
export function Identity({ profile }: { readonly profile: UserProfile }) {
  const { subscription } = profile;
  return (
    <section className="card" aria-labelledby="identity">
      <h2 id="identity">Who</h2>
      <dl className="facts">
        <Fact name="E-mail">
          {profile.email === null ? '–' : <Copyable text={profile.email} what="the e-mail" />}
        </Fact>
        <Fact name="Id">
          <Copyable text={profile.user} what="the id" />
        </Fact>
        <Fact name="Account">{String(profile.account_id)}</Fact>
        <Fact name="Created">
          <Day at={profile.created_at} />
        </Fact>
        {profile.country !== null && <Fact name="Country">{profile.country}</Fact>}
        {profile.source !== null && <Fact name="Came from">{profile.source}</Fact>}
        {profile.stripe_customer_id !== null && (
          <Fact name="Stripe">
            <Copyable text={profile.stripe_customer_id} what="the customer's id" />
          </Fact>
        )}
        <Fact name="Plan">
          {profile.plan === null ? '–' : spoken(profile.plan)}
          {profile.plan_source !== null && (
            <span className="quiet"> by {spoken(profile.plan_source).toLowerCase()}</span>
          )}
        </Fact>
        <Fact name="MRR">
          <Amount of={profile.mrr} per="month" />
        </Fact>
        {profile.restriction !== null && (
          <Fact name="Restricted">{spoken(profile.restriction.cause)}</Fact>
        )}
        {subscription?.billing_cycle != null && (
          <Fact name="Billed">{spoken(subscription.billing_cycle)}</Fact>
        )}
        <Dated name="Renews" at={subscription?.current_period_end} />
        <Dated name="Trial ends" at={subscription?.trial_ends_at} />
        <Dated name="Ends" at={subscription?.cancel_at} />
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

function Dated(props: { readonly name: string; readonly at: string | null | undefined }) {
  if (props.at === null || props.at === undefined) return null;
  return (
    <Fact name={props.name}>
      <Instant at={props.at} />
    </Fact>
  );
}
