import {
  Activity,
  BadgePercent,
  ChartNoAxesCombined,
  KeyRound,
  Layers,
  ScrollText,
  Users,
  UsersRound,
  type LucideIcon,
} from 'lucide-react';
import type { Permission } from '../api/contract/session.ts';

/** What the navigation, the palette and the shortcuts lead to; a further area is one more entry. */
export interface Area {
  readonly name: string;
  readonly to:
    | '/users'
    | '/insights'
    | '/plans'
    | '/pricing'
    | '/operations'
    | '/audit'
    | '/staff'
    | '/settings';
  readonly icon: LucideIcon;
  readonly permission: Permission;
  /** Pressed after `g`. */
  readonly key: string;
}

export const AREAS: readonly Area[] = [
  { name: 'Users', to: '/users', icon: Users, permission: 'users.read', key: 'u' },
  {
    name: 'Insights',
    to: '/insights',
    icon: ChartNoAxesCombined,
    permission: 'metrics.read',
    key: 'i',
  },
  { name: 'Plans', to: '/plans', icon: Layers, permission: 'plans.read', key: 'p' },
  { name: 'Pricing', to: '/pricing', icon: BadgePercent, permission: 'plans.read', key: 'r' },
  {
    name: 'Operations',
    to: '/operations',
    icon: Activity,
    permission: 'operations.read',
    key: 'o',
  },
  { name: 'Audit', to: '/audit', icon: ScrollText, permission: 'audit.read', key: 'a' },
  {
    name: 'Staff',
    to: '/staff',
    icon: UsersRound,
    permission: 'staff.read',
    key: 's',
  },
  { name: 'Secret keys', to: '/settings', icon: KeyRound, permission: 'keys.write', key: 'k' },
];

/** Views within an area, which the palette leads to as well. */
export const FURTHER_VIEWS = [
  { name: 'Features', to: '/plans/features', icon: Layers, permission: 'plans.read' },
  { name: 'Packs', to: '/plans/packs', icon: Layers, permission: 'plans.read' },
  { name: 'Events', to: '/plans/events', icon: Layers, permission: 'plans.read' },
  { name: 'Migrations', to: '/plans/migrations', icon: Layers, permission: 'plans.read' },
  { name: 'Promotion codes', to: '/pricing/codes', icon: BadgePercent, permission: 'plans.read' },
  { name: 'Agreed prices', to: '/pricing/agreed', icon: BadgePercent, permission: 'plans.read' },
  { name: 'Price tester', to: '/pricing/tester', icon: BadgePercent, permission: 'plans.read' },
] as const satisfies readonly (Omit<Area, 'to' | 'key'> & { readonly to: string })[];
