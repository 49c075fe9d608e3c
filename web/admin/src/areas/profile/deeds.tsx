import { Button, Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ChevronDown, Gift, Lock, LockOpen, Pencil, Zap } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import type { UserProfile } from '../../api/contract/users.ts';
import { useMay } from '../../api/session.ts';
import { userQuery } from '../../api/users.ts';
import { Boost } from '../../deeds/boost.tsx';
import { GiftPlan } from '../../deeds/gift-plan.tsx';
import { Rename } from '../../deeds/rename.tsx';
import { Lift, Restrict } from '../../deeds/restrict.tsx';
import type { DeedSubject } from '../../deeds/use-deed.ts';
import { spoken } from '../../words/quantities.ts';
import { isBusyElsewhere } from '../../shell/use-shortcuts.ts';
import { useOffer } from '../../shell/view-deeds.ts';

const DEEDS = [
  { key: 'boost', name: 'Boost a quota', icon: Zap, permission: 'access.write', drawer: Boost },
  { key: 'gift', name: 'Give a plan', icon: Gift, permission: 'access.write', drawer: GiftPlan },
  { key: 'restrict', name: 'Restrict', icon: Lock, permission: 'access.write', drawer: Restrict },
  { key: 'lift', name: 'Lift', icon: LockOpen, permission: 'access.write', drawer: Lift },
  { key: 'rename', name: 'Rename', icon: Pencil, permission: 'users.write', drawer: Rename },
] as const;

type DeedKey = (typeof DEEDS)[number]['key'];

const route = getRouteApi('/inside/users/$user');

/** What can be done for this user; the one that is open stands in the address. */
export function Deeds({ profile }: { readonly profile: UserProfile }) {
  const { deed, ...search } = route.useSearch();
  const possible = usePossible(profile);
  const navigate = useNavigate();
  const { user } = profile;
  const go = useMemo(
    () =>
      (wanted: DeedKey | undefined): void => {
        const next = { ...search, ...(wanted !== undefined && { deed: wanted }) };
        void navigate({ to: '/users/$user', params: { user }, search: next, replace: true });
      },
    [navigate, user, search.kinds],
  );
  const offered = useMemo(
    () => possible.map(({ key, name }) => ({ name, run: () => go(key) })),
    [possible, go],
  );
  useOffer(offered);
  useBoostKey(() => go('boost'));
  const subject = useSubject(profile);
  const open = possible.find(({ key }) => key === deed);
  return (
    <>
      {possible.some(({ key }) => key === 'boost') && (
        <Button size="xs" leftSection={<Zap size={14} />} onClick={() => go('boost')}>
          Boost
        </Button>
      )}
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <Button size="xs" variant="default" rightSection={<ChevronDown size={14} />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {possible.map(({ key, name, icon: Icon }) => (
            <Menu.Item key={key} leftSection={<Icon size={14} />} onClick={() => go(key)}>
              {name} …
            </Menu.Item>
          ))}
          {possible.length === 0 && <Menu.Label>Nothing, in your role</Menu.Label>}
        </Menu.Dropdown>
      </Menu>
      {open !== undefined && (
        <open.drawer profile={profile} subject={subject} onClose={() => go(undefined)} />
      )}
    </>
  );
}

function usePossible(profile: UserProfile) {
  const may = useMay();
  const isRestricted = profile.restricted_by_staff !== null;
  const allowed = DEEDS.map(({ permission }) => may(permission)).join(',');
  return useMemo(
    () =>
      DEEDS.filter(({ key, permission }) => {
        if (key === 'lift' && !isRestricted) return false;
        return !(key === 'restrict' && isRestricted) && may(permission);
      }),
    [isRestricted, allowed],
  );
}

function useSubject(profile: UserProfile): DeedSubject {
  const queries = useQueryClient();
  return {
    version: profile.version,
    shown: shownOf(profile),
    async refresh() {
      return shownOf(await queries.query({ ...userQuery(profile.user), staleTime: 0 }));
    },
  };
}

/** What a change by somebody else is told in; meters move by themselves. */
function shownOf({ name, email, plan, status, restriction, overrides }: UserProfile) {
  const present = overrides.filter(({ in_force: isInForce }) => isInForce);
  const beside = present.map(
    ({ kind, amount, feature, plan: to }) =>
      `${spoken(kind)} ${amount ?? ''} ${feature ?? to ?? ''}`,
  );
  return { name, email, plan, status, restriction, beside_the_plan: beside };
}

function useBoostKey(onBoost: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusyElsewhere(event.target)) return;
      if (event.key === 'b') onBoost();
      if (event.key === 'n') globalThis.document.getElementById('new-note')?.focus();
      if (event.key === 'b' || event.key === 'n') event.preventDefault();
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  });
}
