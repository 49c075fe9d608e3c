import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { packsQuery, withdrawPack, type Pack } from '../../../api/plans/packs.ts';
import { PLANS } from '../../../api/plans/versions.ts';
import { ReasonDrawer } from '../../../deeds/reason-drawer.tsx';
import { Day } from '../../../parts/instant.tsx';
import { Records, type Column } from '../../../parts/records.tsx';
import { Empty } from '../../../parts/states.tsx';
import { Amount, Tag } from '../../../parts/values.tsx';
import { counted, showCount } from '../../../words/quantities.ts';
import type { FeatureNames } from '../parts/place-words.ts';
import { useBegin } from '../parts/use-begin.tsx';
import { useFeatureNames } from '../parts/use-feature-names.ts';
import { PlansPage } from '../plans-page.tsx';
import { PackDrawer } from './pack-drawer.tsx';

const route = getRouteApi('/inside/plans/packs');

/** What is sold once and used up: of which feature, how much, for what. */
export function Packs() {
  const { pack: key, deed } = route.useSearch();
  const navigate = useNavigate();
  const { mayWrite, button } = useBegin('New pack', '/plans/packs');
  const names = useFeatureNames();
  const { data, error, refetch } = useQuery(packsQuery);
  const go = (search: { readonly pack?: string; readonly deed?: string }): void =>
    void navigate({ to: '/plans/packs', search, replace: true });
  const open = data?.find((each) => each.key === key);
  return (
    <PlansPage title="Packs" deeds={button}>
      <Records
        label="Packs"
        rows={data}
        columns={columnsOf(names, mayWrite ? go : undefined)}
        idOf={(pack) => pack.key}
        nameOf={({ name }) => name}
        error={error}
        onRetry={() => void refetch()}
        empty={<Empty title="No packs are sold">What is bought once is sold in packs.</Empty>}
      />
      {mayWrite && deed === 'new' && <PackDrawer onClose={() => go({})} />}
      {mayWrite && deed === 'change' && open !== undefined && (
        <PackDrawer key={open.key} of={open} onClose={() => go({})} />
      )}
      {mayWrite && deed === 'withdraw' && open?.withdrawn_at === null && (
        <Withdraw of={open} onClose={() => go({})} />
      )}
    </PlansPage>
  );
}

const WIDE = '(min-width: 48em)';

function columnsOf(
  names: FeatureNames,
  onDeed: ((search: { readonly pack: string; readonly deed: string }) => void) | undefined,
): Column<Pack>[] {
  return [
    { accessor: 'name', title: 'Pack', render: nameOf },
    {
      accessor: 'feature',
      title: 'Adds',
      visibleMediaQuery: WIDE,
      render: ({ feature, amount }) =>
        `${showCount(Number(amount))} of ${names.get(feature) ?? feature}`,
    },
    {
      accessor: 'valid_days',
      title: 'Lasts',
      visibleMediaQuery: WIDE,
      render: ({ valid_days: days }) => (days === null ? 'Without end' : counted(days, 'day')),
    },
    { accessor: 'prices', title: 'Price', textAlign: 'right', render: pricesOf },
    ...(onDeed === undefined
      ? []
      : [
          {
            accessor: 'key',
            title: 'Deeds',
            textAlign: 'right' as const,
            render: (pack: Pack) => (
              <Deeds of={pack} onDeed={(deed) => onDeed({ pack: pack.key, deed })} />
            ),
          },
        ]),
  ];
}

function nameOf({ key, name, version, withdrawn_at: at = null }: Pack) {
  return (
    <div className="who">
      <strong>{name}</strong>
      <div className="quiet small">
        <span className="mono">{key}</span> · version {version}
      </div>
      {at !== null && (
        <div className="quiet small">
          <Tag tone="note">Withdrawn</Tag> <Day at={at} />
        </div>
      )}
    </div>
  );
}

function pricesOf({ prices }: Pack) {
  return (
    <div className="lines">
      {prices.map((price) => (
        <Amount key={price.currency} of={price} />
      ))}
    </div>
  );
}

function Deeds(props: { readonly of: Pack; readonly onDeed: (deed: string) => void }) {
  const { of, onDeed } = props;
  const isOnSale = of.withdrawn_at === null;
  return (
    <Group gap={6} justify="flex-end">
      <Button size="compact-xs" variant="default" onClick={() => onDeed('change')}>
        {isOnSale ? 'Change' : 'Sell again'}
      </Button>
      {isOnSale && (
        <Button size="compact-xs" variant="default" onClick={() => onDeed('withdraw')}>
          Withdraw
        </Button>
      )}
    </Group>
  );
}

function Withdraw(props: { readonly of: Pack; readonly onClose: () => void }) {
  const { of, onClose } = props;
  return (
    <ReasonDrawer
      title={`Withdraw ${of.name}`}
      verb="Withdraw it"
      isGrave
      done={`${of.name} is sold no more`}
      refreshes={PLANS}
      onConfirm={(reason) => withdrawPack(of, reason)}
      undoOf={({ undo }) => undo}
      onClose={onClose}
    >
      <p>
        Nobody can buy it from then on. Whoever has bought it keeps what is left of it. It can be
        sold again, from this list.
      </p>
    </ReasonDrawer>
  );
}
