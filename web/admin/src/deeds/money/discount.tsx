import { useState } from 'react';
import { segment } from '../../api/request.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import type { UserDeedProps } from '../drawer-props.ts';
import { DiscountFields, type DiscountTerms } from './discount-fields.tsx';
import { tellSide } from './tell-side.ts';

/** Something off the next invoices. */
export function Discount({ profile, subject, onClose }: UserDeedProps) {
  const [terms, setTerms] = useState<DiscountTerms>();
  const path = `/users/${segment(profile.user)}/discounts`;
  return (
    <DeedDrawer
      title="Give a discount"
      verb="Give"
      subject={subject}
      call={terms && { path, body: terms.body }}
      done={terms?.said ?? ''}
      tell={tellSide}
      onClose={onClose}
    >
      <DiscountFields currency={profile.billing.currency} onChange={setTerms} />
    </DeedDrawer>
  );
}

/** One of those in force, before its time. */
export function EndDiscount({ profile, subject, of: coupon, onClose }: UserDeedProps) {
  const path = `/users/${segment(profile.user)}/discounts/end`;
  return (
    <DeedDrawer
      title="End a discount"
      verb="End it"
      subject={subject}
      call={coupon === undefined ? undefined : { path, body: { coupon } }}
      done="The discount has ended"
      tell={tellSide}
      onClose={onClose}
    >
      <p>From the next invoice on. What it has taken off stays off, and other discounts stay.</p>
    </DeedDrawer>
  );
}
