import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { annotationsListQuery, type Annotation } from '../../api/metrics/annotations.ts';
import { useMay } from '../../api/session.ts';
import { usePages } from '../../parts/lists/use-pages.ts';
import { Records, type Column } from '../../parts/records.tsx';
import { Empty } from '../../parts/states.tsx';
import { Tag } from '../../parts/values.tsx';
import { spoken } from '../../words/quantities.ts';
import { showDayName, showSpanName } from '../../words/spans.ts';
import { AnnotationDrawer } from './parts/annotation-drawer.tsx';
import { InsightsPage } from './insights-page.tsx';
import { useChangeSearch } from './controls/use-asked.ts';

const route = getRouteApi('/inside/insights/annotations');
const NEW = 'new';

/** What to bear in mind when looking at figures, the latest first. */
export function Annotations() {
  const { annotation } = route.useSearch();
  const change = useChangeSearch();
  const may = useMay();
  const { rows, error, onRetry, more } = usePages(annotationsListQuery);
  const open = rows?.find(({ id }) => id !== null && id === annotation);
  const close = (): void => change({ annotation: undefined });
  const write = may('metrics.annotate') && (
    <Button size="xs" onClick={() => change({ annotation: NEW })}>
      Write one
    </Button>
  );
  return (
    <InsightsPage title="Annotations" deeds={write}>
      <Records
        label="Annotations"
        rows={rows}
        columns={COLUMNS}
        idOf={({ id, day, title }) => id ?? `${day} ${title}`}
        nameOf={({ title }) => title}
        onOpen={({ id }) => {
          if (id !== null && may('metrics.annotate')) change({ annotation: id });
        }}
        error={error}
        onRetry={onRetry}
        more={more}
        empty={
          <Empty title="Nothing is written yet">
            <span>
              Campaigns, incidents and prices explain figures long after everybody forgot.
            </span>
          </Empty>
        }
      />
      {annotation === NEW && <AnnotationDrawer onClose={close} />}
      {open !== undefined && <AnnotationDrawer key={open.id} of={open} onClose={close} />}
    </InsightsPage>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<Annotation>[] = [
  {
    accessor: 'day',
    title: 'Day',
    render: ({ day, until_day: until }) =>
      until === null ? showDayName(day) : showSpanName({ from: day, to: until }),
  },
  { accessor: 'kind', title: 'Kind', render: ({ kind }) => <Tag>{spoken(kind)}</Tag> },
  {
    accessor: 'title',
    title: 'What',
    render: ({ title, detail }) => (
      <div>
        {title}
        {detail !== '' && <div className="quiet small">{detail}</div>}
      </div>
    ),
  },
  {
    accessor: 'staff',
    title: 'By',
    visibleMediaQuery: WIDE,
    render: ({ staff }) => staff ?? <span className="quiet">the system</span>,
  },
];
