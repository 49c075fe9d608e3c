import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import {
  definitionsQuery,
  rowsQuery,
  type MetricDefinition,
  type MetricRow,
  type MetricRows,
} from '../../api/metrics/figures.ts';
import { Records, type Column } from '../../parts/records.tsx';
import { Empty, Loading } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { showFigure } from '../../words/figures.ts';
import { counted, spoken } from '../../words/quantities.ts';
import { showSpanName } from '../../words/spans.ts';
import { InsightsPage } from './insights-page.tsx';
import { askedOf } from './controls/asked.ts';
import { Controls } from './controls/controls.tsx';
import { Exports } from './parts/exports.tsx';
import { segmentName } from './controls/segment-name.ts';
import { Stamp } from './parts/stamp.tsx';
import { useInsightSearch } from './controls/use-asked.ts';

const route = getRouteApi('/inside/insights/metrics/$metric/rows');

/** What one figure is made of: whoever adds to it, and how much. */
export function Rows() {
  const { metric } = route.useParams();
  const { data: definitions } = useQuery(definitionsQuery);
  const definition = definitions?.find(({ name }) => name === metric);
  if (definition !== undefined) return <Opened definition={definition} />;
  return (
    <InsightsPage title={spoken(metric)}>
      {definitions === undefined ? <Loading rows={8} /> : <Empty title="No such metric" />}
    </InsightsPage>
  );
}

function Opened({ definition }: { readonly definition: MetricDefinition }) {
  const { at, column } = route.useSearch();
  const { compare: _, ...search } = useInsightSearch();
  const navigate = useNavigate();
  const asked = { ...askedOf(search, definition), at, column };
  const list = useInfiniteQuery(rowsQuery(definition.name, asked));
  const [first] = list.data?.pages ?? [];
  const title = first === undefined ? definition.title : titleOf(definition, first);
  return (
    <InsightsPage title={title} deeds={<Exports metric={definition.name} asked={asked} ofRows />}>
      <Controls />
      {first !== undefined && <Total of={first} definition={definition} />}
      <Records
        label={title}
        rows={list.data?.pages.flatMap(({ data }) => data)}
        columns={first === undefined ? [] : columnsOf(first, definition)}
        idOf={({ key }) => key}
        nameOf={({ label }) => label}
        onOpen={(row) => {
          if (isCustomer(row)) {
            const params = { customer: row.key };
            void navigate({ to: '/insights/customers/$customer', params, search: {} });
          } else if (row.user !== null) {
            void navigate({ to: '/users/$user', params: { user: row.user } });
          }
        }}
        error={list.error}
        onRetry={() => void list.refetch()}
        more={
          list.hasNextPage
            ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
            : undefined
        }
        empty={<Empty title="Nothing adds to this figure" />}
      />
      {first !== undefined && <Stamp of={first} />}
    </InsightsPage>
  );
}

function titleOf({ title }: MetricDefinition, rows: MetricRows): string {
  const { title: column, name } = rows.column;
  return `${name === 'value' ? title : column}, ${showSpanName(rows)}`;
}

function Total(props: { readonly of: MetricRows; readonly definition: MetricDefinition }) {
  const { column, total, count, currency } = props.of;
  return (
    <p className="headline">
      <strong>{showFigure(total, { unit: column.unit, currency })}</strong>
      <span className="quiet">made of {counted(count, 'row')} of</span>
      <To
        to="/insights/metrics/$metric"
        params={{ metric: props.definition.name }}
        search={useInsightSearch()}
      >
        {props.definition.title}
      </To>
    </p>
  );
}

/** Those of the ledger have an origin, and a story of their own. */
function isCustomer({ details }: MetricRow): boolean {
  return 'origin' in details;
}

const WIDE = '(min-width: 48em)';

function columnsOf(
  { column, currency, data, names: called }: MetricRows,
  { title }: MetricDefinition,
): Column<MetricRow>[] {
  const names = Object.keys(data[0]?.details ?? {}).filter((name) => name !== 'origin');
  const told = { unit: column.unit, currency };
  return [
    { accessor: 'label', title: 'Who', render: (row) => <Who of={row} /> },
    ...names.map((name): Column<MetricRow> => ({
      accessor: `details.${name}`,
      title: spoken(name),
      render: ({ details }) => segmentName(name, details[name] ?? '', called),
      visibleMediaQuery: WIDE,
    })),
    {
      accessor: 'value',
      title: column.name === 'value' ? title : column.title,
      textAlign: 'right',
      render: ({ value }) => <span className="number">{showFigure(value, told)}</span>,
    },
  ];
}

function Who({ of: row }: { readonly of: MetricRow }) {
  const { key, label, user } = row;
  if (isCustomer(row)) {
    return (
      <div className="who roomy">
        <To to="/insights/customers/$customer" params={{ customer: key }} fz={14} fw={550}>
          {label}
        </To>
      </div>
    );
  }
  if (user === null) return label;
  return (
    <To to="/users/$user" params={{ user }} fz={14} fw={550}>
      {label}
    </To>
  );
}
