import {
  CalendarClock,
  CalendarMinus,
  CircleStop,
  CreditCard,
  Gift,
  Link,
  Lock,
  LockOpen,
  Pause,
  Pencil,
  Percent,
  Play,
  Receipt,
  RotateCw,
  Undo2,
  Unlink,
  Zap,
  type LucideIcon,
} from 'lucide-react';
import type { ComponentType } from 'react';
import type { Permission } from '../../../api/contract/session.ts';
import type { UserProfile } from '../../../api/contract/users.ts';
import { Boost } from '../../../deeds/access/boost.tsx';
import { EndOverride } from '../../../deeds/access/end-override.tsx';
import { GiftPlan } from '../../../deeds/access/gift-plan.tsx';
import { Rename } from '../../../deeds/access/rename.tsx';
import { Lift, Restrict } from '../../../deeds/access/restrict.tsx';
import type { UserDeedProps } from '../../../deeds/drawer-props.ts';
import { ChangePlan } from '../../../deeds/money/change-plan.tsx';
import { Discount, EndDiscount } from '../../../deeds/money/discount.tsx';
import { Refund, Resend } from '../../../deeds/money/invoice-deeds.tsx';
import { ReplayWebhook } from '../../../deeds/money/replay.tsx';
import { Relink, Unlink as UnlinkCustomer } from '../../../deeds/money/stripe-link.tsx';
import {
  Cancel,
  ExtendTrial,
  Pause as PauseSubscription,
  Resume,
  ShortenTrial,
  Unpause,
} from '../../../deeds/money/subscription-deeds.tsx';

export const GROUPS = ['access', 'money', 'person'] as const;

/** Something that can be done for a user, and when it can. */
export interface ProfileDeed {
  readonly key: string;
  readonly name: string;
  readonly icon: LucideIcon;
  readonly permission: Permission;
  /** Where the menu shows it; what is done to one thing of several is offered beside that thing. */
  readonly group?: (typeof GROUPS)[number];
  readonly isPossible?: (profile: UserProfile) => boolean;
  readonly drawer: ComponentType<UserDeedProps>;
}

const isRestricted = (profile: UserProfile): boolean => profile.restricted_by_staff !== null;
const isBilled = ({ billing }: UserProfile): boolean => billing.subscription?.source === 'stripe';
const isPaused = (profile: UserProfile): boolean => profile.status === 'paused';
const isScheduled = ({ subscription }: UserProfile): boolean =>
  subscription !== null && (subscription.cancel_at !== null || subscription.changes_at !== null);
const isKnownAtStripe = ({ billing }: UserProfile): boolean => billing.stripe_customer_id !== null;

const ACCESS_DEEDS: readonly ProfileDeed[] = [
  {
    key: 'boost',
    name: 'Boost a quota',
    icon: Zap,
    permission: 'access.write',
    group: 'access',
    drawer: Boost,
  },
  {
    key: 'gift',
    name: 'Give a plan',
    icon: Gift,
    permission: 'access.write',
    group: 'access',
    drawer: GiftPlan,
  },
  {
    key: 'restrict',
    name: 'Restrict',
    icon: Lock,
    permission: 'access.write',
    group: 'access',
    isPossible: (profile) => !isRestricted(profile),
    drawer: Restrict,
  },
  {
    key: 'lift',
    name: 'Lift the restriction',
    icon: LockOpen,
    permission: 'access.write',
    group: 'access',
    isPossible: isRestricted,
    drawer: Lift,
  },
];

const SUBSCRIPTION_DEEDS: readonly ProfileDeed[] = [
  {
    key: 'plan',
    name: 'Change the plan',
    icon: CreditCard,
    permission: 'money.write',
    group: 'money',
    isPossible: (profile) => isBilled(profile) && !isPaused(profile),
    drawer: ChangePlan,
  },
  {
    key: 'discount',
    name: 'Give a discount',
    icon: Percent,
    permission: 'money.write',
    group: 'money',
    isPossible: isBilled,
    drawer: Discount,
  },
  {
    key: 'trial',
    name: 'Extend the trial',
    icon: CalendarClock,
    permission: 'access.write',
    group: 'money',
    isPossible: (profile) => isBilled(profile) && profile.status === 'trialing',
    drawer: ExtendTrial,
  },
  {
    key: 'shorten-trial',
    name: 'Shorten the trial',
    icon: CalendarMinus,
    permission: 'access.write',
    group: 'money',
    isPossible: (profile) => isBilled(profile) && profile.status === 'trialing',
    drawer: ShortenTrial,
  },
  {
    key: 'pause',
    name: 'Pause',
    icon: Pause,
    permission: 'money.write',
    group: 'money',
    isPossible: (profile) => isBilled(profile) && !isPaused(profile),
    drawer: PauseSubscription,
  },
  {
    key: 'unpause',
    name: 'Go on after the pause',
    icon: Play,
    permission: 'money.write',
    group: 'money',
    isPossible: (profile) => isBilled(profile) && isPaused(profile),
    drawer: Unpause,
  },
  {
    key: 'resume',
    name: 'Keep as it is',
    icon: Undo2,
    permission: 'money.write',
    group: 'money',
    isPossible: (profile) => isBilled(profile) && isScheduled(profile),
    drawer: Resume,
  },
  {
    key: 'cancel',
    name: 'Cancel',
    icon: CircleStop,
    permission: 'money.write',
    group: 'money',
    isPossible: isBilled,
    drawer: Cancel,
  },
];

const PERSON_DEEDS: readonly ProfileDeed[] = [
  {
    key: 'rename',
    name: 'Rename',
    icon: Pencil,
    permission: 'users.write',
    group: 'person',
    drawer: Rename,
  },
  {
    key: 'unlink',
    name: 'Unlink from Stripe',
    icon: Unlink,
    permission: 'operations.write',
    group: 'person',
    isPossible: (profile) => isKnownAtStripe(profile) && !isBilled(profile),
    drawer: UnlinkCustomer,
  },
  {
    key: 'relink',
    name: 'Link to Stripe',
    icon: Link,
    permission: 'operations.write',
    group: 'person',
    isPossible: (profile) => !isKnownAtStripe(profile),
    drawer: Relink,
  },
];

/** What is done to one thing of several, which the address names as `of`. */
const PART_DEEDS: readonly ProfileDeed[] = [
  {
    key: 'end-override',
    name: 'End what was given',
    icon: CircleStop,
    permission: 'access.write',
    drawer: EndOverride,
  },
  {
    key: 'end-discount',
    name: 'End a discount',
    icon: Percent,
    permission: 'money.write',
    drawer: EndDiscount,
  },
  { key: 'refund', name: 'Refund', icon: Undo2, permission: 'money.write', drawer: Refund },
  {
    key: 'resend',
    name: 'Send the receipt again',
    icon: Receipt,
    permission: 'receipts.write',
    drawer: Resend,
  },
  {
    key: 'replay',
    name: 'Replay the event',
    icon: RotateCw,
    permission: 'operations.write',
    drawer: ReplayWebhook,
  },
];

export const PROFILE_DEEDS: readonly ProfileDeed[] = [
  ...ACCESS_DEEDS,
  ...SUBSCRIPTION_DEEDS,
  ...PERSON_DEEDS,
  ...PART_DEEDS,
];
