import { Button, Menu } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { ChevronDown, Zap } from 'lucide-react';
import { Fragment, useEffect, useMemo } from 'react';
import type { UserProfile } from '../../../api/contract/users.ts';
import { useMay } from '../../../api/session.ts';
import { isBusyElsewhere } from '../../../shell/use-shortcuts.ts';
import { useOffer } from '../../../shell/view-deeds.ts';
import { GROUPS, PROFILE_DEEDS, type ProfileDeed } from './catalogue.ts';
import { useSubject } from './subject.ts';
import { useOpenDeed, type OpenDeed } from './use-open.ts';

const route = getRouteApi('/inside/users/$user');

/** What can be done for this user; the one that is open stands in the address. */
export function Deeds({ profile }: { readonly profile: UserProfile }) {
  const { deed, of } = route.useSearch();
  const possible = usePossible(profile);
  const listed = useMemo(() => possible.filter(({ group }) => group !== undefined), [possible]);
  const go = useOpenDeed();
  const offered = useMemo(
    () => listed.map(({ key, name }) => ({ name, run: () => go(key) })),
    [listed, go],
  );
  useOffer(offered);
  const mayBoost = possible.some(({ key }) => key === 'boost');
  useKeys(() => mayBoost && go('boost'));
  const subject = useSubject(profile);
  const open = possible.find(({ key }) => key === deed);
  return (
    <>
      {mayBoost && (
        <Button size="xs" leftSection={<Zap size={14} />} onClick={() => go('boost')}>
          Boost
        </Button>
      )}
      <More deeds={listed} onOpen={go} />
      {open !== undefined && (
        <open.drawer
          key={`${open.key}-${of}`}
          profile={profile}
          subject={subject}
          {...(of !== undefined && { of })}
          onClose={() => go(undefined)}
        />
      )}
    </>
  );
}

function More(props: { readonly deeds: readonly ProfileDeed[]; readonly onOpen: OpenDeed }) {
  const groups = GROUPS.map((group) => props.deeds.filter((deed) => deed.group === group)).filter(
    (deeds) => deeds.length > 0,
  );
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button size="xs" variant="default" rightSection={<ChevronDown size={14} />}>
          More
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {groups.map((deeds, index) => (
          <Fragment key={deeds[0]?.key}>
            {index > 0 && <Menu.Divider />}
            {deeds.map(({ key, name, icon: Icon }) => (
              <Menu.Item
                key={key}
                leftSection={<Icon size={14} />}
                onClick={() => props.onOpen(key)}
              >
                {name} …
              </Menu.Item>
            ))}
          </Fragment>
        ))}
        {groups.length === 0 && <Menu.Label>Nothing, in your role</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}

/** As far as the role allows it, and as the user stands. */
function usePossible(profile: UserProfile): readonly ProfileDeed[] {
  const may = useMay();
  const possible = PROFILE_DEEDS.filter(
    ({ permission, isPossible }) => may(permission) && isPossible?.(profile) !== false,
  );
  const keys = possible.map(({ key }) => key).join(',');
  return useMemo(() => possible, [keys]);
}

function useKeys(onBoost: () => void): void {
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
