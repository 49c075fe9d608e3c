import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { segment } from '../../api/request.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import type { UserDeedProps } from '../drawer-props.ts';

function pathOf({ profile }: UserDeedProps, deed: string): string {
  return `/users/${segment(profile.user)}/stripe-customer/${deed}`;
}

/** The user is no longer known at Stripe by this customer. */
export function Unlink(props: UserDeedProps) {
  return (
    <DeedDrawer
      title="Unlink the customer of Stripe"
      verb="Unlink"
      isGrave
      subject={props.subject}
      call={{ path: pathOf(props, 'unlink'), body: {} }}
      done="The customer of Stripe is unlinked"
      onClose={props.onClose}
    >
      <p>
        What Stripe tells of this customer from then on is about nobody. What was written stays. It
        is refused while a subscription lives or anything is under way.
      </p>
    </DeedDrawer>
  );
}

/** A customer of Stripe's becomes this user's, with all that it has. */
export function Relink(props: UserDeedProps) {
  const [customer, setCustomer] = useState('');
  const id = customer.trim();
  const call = { path: pathOf(props, 'relink'), body: { stripe_customer_id: id } };
  return (
    <DeedDrawer
      title="Link a customer of Stripe"
      verb="Link"
      subject={props.subject}
      call={id === '' ? undefined : call}
      done="The customer of Stripe is linked"
      onClose={props.onClose}
    >
      <TextInput
        label="Customer at Stripe"
        description="All that it has is read from Stripe: subscriptions, invoices, discounts."
        placeholder="cus_…"
        required
        data-autofocus
        maxLength={255}
        value={customer}
        onChange={(event) => setCustomer(event.currentTarget.value)}
      />
    </DeedDrawer>
  );
}
