import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { eventTypesQuery, type Count, type EventType } from '../../../api/plans/event-types.ts';
import { Records, type Column } from '../../../parts/records.tsx';
import { Empty } from '../../../parts/states.tsx';
import type { FeatureNames } from '../parts/place-words.ts';
import { TrailLink } from '../parts/trail-link.tsx';
import { useBegin } from '../parts/use-begin.tsx';
import { useFeatureNames } from '../parts/use-feature-names.ts';
import { PlansPage } from '../plans-page.tsx';
import { DIMENSIONS } from './dimensions.ts';
import { EventTypeDrawer } from './event-type-drawer.tsx';

const route = getRouteApi('/inside/plans/events');

/** What the app tells of, and what each event adds to which features. */
export function EventTypes() {
  const { event: key, deed } = route.useSearch();
  const navigate = useNavigate();
  const { mayWrite, button } = useBegin('Add an event', '/plans/events');
  const names = useFeatureNames();
  const { data, error, refetch } = useQuery(eventTypesQuery);
  const go = (search: { readonly event?: string; readonly deed?: string }): void =>
    void navigate({ to: '/plans/events', search, replace: true });
  const open = data?.find((each) => each.key === key);
  return (
    <PlansPage title="Events" deeds={button}>
      <p className="quiet small">
        The app reports events; each adds its amount, times a factor, to what balances count.
      </p>
      <Records
        label="Events"
        rows={data}
        columns={columnsOf(names)}
        idOf={(each) => each.key}
        nameOf={({ name }) => name}
        {...(mayWrite && { onOpen: (each: EventType) => go({ event: each.key }) })}
        error={error}
        onRetry={() => void refetch()}
        empty={
          <Empty title="Nothing is counted yet">
            Each metered feature has an event of its own key.
          </Empty>
        }
      />
      {mayWrite && deed === 'new' && <EventTypeDrawer onClose={() => go({})} />}
      {mayWrite && open !== undefined && (
        <EventTypeDrawer key={open.key} of={open} onClose={() => go({})} />
      )}
    </PlansPage>
  );
}

function columnsOf(names: FeatureNames): Column<EventType>[] {
  return [
    {
      accessor: 'name',
      title: 'Event',
      render: ({ name, key }) => (
        <div className="who">
          <strong>{name}</strong>
          <div className="quiet small mono">{key}</div>
        </div>
      ),
    },
    {
      accessor: 'counts',
      title: 'Adds',
      render: ({ counts }) =>
        counts.length === 0 ? (
          <span className="quiet">Nothing</span>
        ) : (
          <div className="lines">
            {counts.map((count) => (
              <span key={`${count.feature} ${count.dimension}`}>{said(count, names)}</span>
            ))}
          </div>
        ),
    },
    {
      accessor: 'version',
      title: 'Trail',
      visibleMediaQuery: '(min-width: 48em)',
      render: ({ key }) => <TrailLink kind="event_type" id={key} />,
    },
  ];
}

/** Such as: its amount × 2 to Audio minutes. */
function said({ feature, dimension, factor }: Count, names: FeatureNames): string {
  const what = DIMENSIONS.find(({ value }) => value === dimension)?.said ?? dimension;
  const times = factor === '1' ? '' : ` × ${factor}`;
  return `${what}${times} to ${names.get(feature) ?? feature}`;
}
