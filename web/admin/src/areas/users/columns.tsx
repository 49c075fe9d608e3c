import type { UserRow } from '../../api/contract/users.ts';
import { Day } from '../../parts/instant.tsx';
import type { Column } from '../../parts/records.tsx';
import { Amount, Meter, Status } from '../../parts/values.tsx';
import { showCount, showLimit, spoken } from '../../words/quantities.ts';
import { To } from '../../parts/to.tsx';

interface NamedColumn {
  readonly name: string;
  readonly title: string;
  readonly column: Column<UserRow>;
}

/** Every column there is, in its order; the first one stays. */
export const COLUMNS: readonly NamedColumn[] = [
  { name: 'user', title: 'User', column: { accessor: 'user', title: 'User', render: whoIs } },
  { name: 'id', title: 'Id', column: { accessor: 'id', title: 'Id', render: idOf } },
  { name: 'plan', title: 'Plan', column: { accessor: 'plan', title: 'Plan', render: planOf } },
  {
    name: 'status',
    title: 'Status',
    column: { accessor: 'status', title: 'Status', render: ({ status }) => <Status of={status} /> },
  },
  {
    name: 'mrr',
    title: 'MRR',
    column: {
      accessor: 'mrr',
      title: 'MRR',
      textAlign: 'right',
      render: ({ mrr }) => <Amount of={mrr} per="month" />,
    },
  },
  {
    name: 'usage',
    title: 'Usage',
    column: { accessor: 'usage', title: 'Usage', textAlign: 'right', width: 190, render: usageOf },
  },
  {
    name: 'created',
    title: 'Created',
    column: {
      accessor: 'created_at',
      title: 'Created',
      textAlign: 'right',
      render: ({ created_at: at }) => <Day at={at} />,
    },
  },
  {
    name: 'stripe',
    title: 'Stripe customer',
    column: {
      accessor: 'stripe_customer_id',
      title: 'Stripe customer',
      render: ({ stripe_customer_id: id }) => <span className="mono">{id ?? '–'}</span>,
    },
  },
];

/** Where there is room; who and on what plan is what a small screen has room for. */
const NARROW = ['user', 'plan', 'status'];
const WIDE = '(min-width: 48em)';

const USUAL = ['user', 'plan', 'status', 'mrr', 'usage', 'created'];

/** As the address says, such as `plan,mrr`; the usual ones where it says nothing. */
export function chosenColumns(text: string | undefined): readonly string[] {
  return text === undefined ? USUAL : ['user', ...text.split(',')];
}

export function columnsOf(names: readonly string[]): Column<UserRow>[] {
  return COLUMNS.filter(({ name }) => names.includes(name)).map(({ name, column }) =>
    NARROW.includes(name) ? column : { ...column, visibleMediaQuery: WIDE },
  );
}

function whoIs({ user, name, email }: UserRow) {
  return (
    <div className="who">
      <To to="/users/$user" params={{ user }} fz={14} fw={550}>
        {name ?? email ?? user}
      </To>
      {name !== null && <div className="quiet small">{email}</div>}
    </div>
  );
}

function idOf({ user }: UserRow) {
  return <span className="mono">{user}</span>;
}

function planOf({ plan, billing_cycle: cycle }: UserRow) {
  if (plan === null) return <span className="quiet">–</span>;
  return (
    <>
      {spoken(plan)}
      {cycle !== null && <span className="quiet small"> · {spoken(cycle)}</span>}
    </>
  );
}

function usageOf({ usage }: UserRow) {
  if (usage === null) return <span className="quiet">–</span>;
  const { feature, used, limit } = usage;
  return (
    <div>
      <div className="number small">
        {showCount(used)} <span className="quiet">of {showLimit(limit)}</span>
      </div>
      <Meter label={spoken(feature)} used={used} limit={limit} />
    </div>
  );
}
