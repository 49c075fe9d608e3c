import { useQuery } from '@tanstack/react-query';
import { settingsQuery, type Setting } from '../../api/operations/system.ts';
import { Records, type Column } from '../../parts/records.tsx';
import { Empty } from '../../parts/states.tsx';
import { Tag } from '../../parts/values.tsx';
import { OperationsPage } from './operations-page.tsx';

/** What the server was started with; it is changed where it is started. */
export function Settings() {
  const { data, error, refetch } = useQuery(settingsQuery);
  return (
    <OperationsPage title="Settings">
      <p className="quiet small">
        They are said where the server is started, and taken when it starts. A fault would keep the
        next start from coming up.
      </p>
      <Records
        label="Settings"
        rows={data?.data}
        columns={COLUMNS}
        idOf={({ name }) => name}
        error={error}
        onRetry={() => void refetch()}
        empty={<Empty title="There are no settings" />}
      />
    </OperationsPage>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<Setting>[] = [
  {
    accessor: 'name',
    title: 'Name',
    render: ({ name, meaning, faults }) => (
      <div>
        <span className="mono">{name}</span>
        <div className="quiet small">{meaning}</div>
        {faults.map((fault) => (
          <p key={fault} className="message bad">
            {fault}
          </p>
        ))}
      </div>
    ),
  },
  { accessor: 'value', title: 'Value', render: (setting) => <Value of={setting} /> },
  {
    accessor: 'source',
    title: 'Said by',
    visibleMediaQuery: WIDE,
    render: ({ source }) => SOURCES[source] ?? source,
  },
  {
    accessor: 'is_valid',
    title: 'State',
    render: ({ is_valid: isValid }) =>
      isValid ? <Tag tone="good">Valid</Tag> : <Tag tone="bad">Refused</Tag>,
  },
];

const SOURCES: Readonly<Record<string, string>> = {
  default: 'Nobody: the default',
  environment: 'The environment',
  file: 'A file',
};

function Value({ of: { value, is_secret: isSecret, source } }: { readonly of: Setting }) {
  if (isSecret) return <span className="quiet">{source === 'default' ? '–' : 'Kept secret'}</span>;
  if (value === null) return <span className="quiet">–</span>;
  return <span className="mono">{value}</span>;
}
