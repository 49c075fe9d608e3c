import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { UserProfile } from '../../api/contract/users.ts';
import { useMay } from '../../api/session.ts';
import { userQuery } from '../../api/users.ts';
import { Page } from '../../parts/page.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { Status, Tag } from '../../parts/values.tsx';
import { spoken } from '../../words/quantities.ts';
import { AgreedPrices } from '../pricing/agreed/agreed-prices.tsx';
import { Deeds } from './deeds/deeds.tsx';
import { Entitlements } from './entitlements.tsx';
import { Grants } from './grants.tsx';
import { Contract, Identity } from './identity.tsx';
import { Invoices } from './invoices.tsx';
import { Meters } from './meters.tsx';
import { NextInvoice } from './next-invoice.tsx';
import { Notes } from './notes.tsx';
import { Timeline } from './timeline.tsx';
import { To } from '../../parts/to.tsx';

const route = getRouteApi('/inside/users/$user');

/** Everything about one user, and what can be done for them. */
export function Profile() {
  const { user } = route.useParams();
  const { data: profile, error, refetch } = useQuery(userQuery(user));
  const mayReadMoney = useMay()('money.read');
  if (profile === undefined) {
    return (
      <Page title={user}>
        {error === null ? (
          <Loading rows={8} />
        ) : (
          <Failed error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={profile.name ?? profile.email}
      beside={<Standing profile={profile} />}
      deeds={
        <>
          <To
            to="/users/$user/account-page"
            params={{ user: profile.user }}
            size="sm"
            className="beside-deeds"
          >
            Their account page
          </To>
          <Deeds profile={profile} />
        </>
      }
    >
      <div className="profile">
        <div>
          <Identity profile={profile} />
          <Contract profile={profile} />
          <NextInvoice profile={profile} />
          {mayReadMoney && <AgreedPrices user={profile.user} />}
          <Meters profile={profile} />
          <Grants profile={profile} />
          <Notes profile={profile} />
        </div>
        <div>
          <Timeline user={profile.user} />
          <Invoices user={profile.user} />
          <Entitlements profile={profile} />
        </div>
      </div>
      <To to="/users" size="sm" mt="md" display="inline-block">
        All users
      </To>
    </Page>
  );
}

function Standing({ profile }: { readonly profile: UserProfile }) {
  return (
    <Group gap={6}>
      <Tag tone="accent">{spoken(profile.plan)}</Tag>
      {profile.status !== null && profile.status !== 'none' && <Status of={profile.status} />}
      {profile.restriction !== null && <Tag tone="bad">Restricted</Tag>}
    </Group>
  );
}
