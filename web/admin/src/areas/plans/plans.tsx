import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { allPlansQuery, type ListedPlan } from '../../api/plans/versions.ts';
import { Day } from '../../parts/instant.tsx';
import { Records, type Column } from '../../parts/records.tsx';
import { Empty } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { Tag } from '../../parts/values.tsx';
import { showCount } from '../../words/quantities.ts';
import { NewPlan } from './new-plan.tsx';
import { useBegin } from './parts/use-begin.tsx';
import { PlansPage } from './plans-page.tsx';
import { Prices } from './parts/prices.tsx';

const route = getRouteApi('/inside/plans');

/** What is sold, in which version, and how many hold it. */
export function Plans() {
  const { deed } = route.useSearch();
  const navigate = useNavigate();
  const { mayWrite, button } = useBegin('New plan', '/plans');
  const { data, error, refetch } = useQuery(allPlansQuery);
  return (
    <PlansPage title="Plans" deeds={button}>
      <Records
        label="Plans"
        rows={data}
        columns={COLUMNS}
        idOf={({ plan }) => plan}
        onOpen={({ plan }) => void navigate({ to: '/plans/versions/$plan', params: { plan } })}
        error={error}
        onRetry={() => void refetch()}
        empty={
          <Empty title="Nothing is sold yet">
            The first catalogue is read into an empty database when the server starts.
          </Empty>
        }
      />
      {deed === 'new' && mayWrite && (
        <NewPlan
          plans={data ?? []}
          onClose={() => void navigate({ to: '/plans', search: {}, replace: true })}
        />
      )}
    </PlansPage>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<ListedPlan>[] = [
  { accessor: 'name', title: 'Plan', render: nameOf },
  {
    accessor: 'prices',
    title: 'Price',
    textAlign: 'right',
    render: ({ prices }) => <Prices of={prices} />,
  },
  {
    accessor: 'subscribers',
    title: 'Subscribers',
    textAlign: 'right',
    render: subscribersOf,
  },
  { accessor: 'on_sale', title: 'On sale', visibleMediaQuery: WIDE, render: onSaleOf },
  {
    accessor: 'published_at',
    title: 'Since',
    textAlign: 'right',
    visibleMediaQuery: WIDE,
    render: ({ published_at: at }) => <Day at={at} />,
  },
];

function nameOf({ plan, name, draft, is_default: isDefault }: ListedPlan) {
  return (
    <div className="plan-name">
      <To to="/plans/versions/$plan" params={{ plan }} fz={14} fw={550}>
        {name}
      </To>
      <div className="quiet small">
        <span className="mono">{plan}</span>
        {isDefault && ' · of those who bought none'}
      </div>
      {draft !== null && (
        <To to="/plans/drafts/$plan" params={{ plan }} fz={13}>
          Draft is open
        </To>
      )}
    </div>
  );
}

/** Nobody subscribes to what those have who bought nothing. */
function subscribersOf({ subscribers, is_default: isDefault }: ListedPlan) {
  if (isDefault && subscribers === 0) return <span className="quiet">Everybody else</span>;
  return <span className="number">{showCount(subscribers)}</span>;
}

function onSaleOf({ on_sale: version, versions }: ListedPlan) {
  if (version === null) return <Tag tone="note">Withdrawn</Tag>;
  return (
    <>
      Version {version}
      {versions > 1 && <span className="quiet small"> of {showCount(versions)}</span>}
    </>
  );
}
