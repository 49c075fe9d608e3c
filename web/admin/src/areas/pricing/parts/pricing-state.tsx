import { Tag } from '../../../parts/values.tsx';
import { spoken } from '../../../words/quantities.ts';

const TONES: Readonly<Record<string, 'good' | 'note' | 'accent'>> = {
  active: 'good',
  redeemed: 'good',
  scheduled: 'accent',
  held: 'accent',
  used_up: 'note',
};

/** How a rule, a code or a use of one stands. */
export function PricingState({ of }: { readonly of: string }) {
  return <Tag tone={TONES[of] ?? 'plain'}>{spoken(of)}</Tag>;
}
