import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { spoken } from '../../words/quantities.ts';
import { Instant } from '../instant.tsx';
import type { Pages } from '../lists/use-pages.ts';
import { NothingFound, Records, type Column } from '../records.tsx';
import { Empty } from '../states.tsx';
import { WorkState } from './work-state.tsx';

/** What came of one of those whom a long work is for. */
export interface Outcome {
  readonly state: string;
  readonly detail: string | null;
  readonly settled_at: string | null;
}

/** What came of each of those whom a long work is for, filtered by it. */
export function OutcomeList<T extends Outcome>(props: {
  /** Such as users. */
  readonly nouns: string;
  /** The column that says who it is. */
  readonly who: Column<T>;
  readonly idOf: (row: T) => string;
  readonly list: Pages<T>;
  readonly outcomes: readonly string[];
  /** What is filtered by; all are shown where nothing is said. */
  readonly state: string | undefined;
  readonly onFilter: (state: string | undefined) => void;
  /** Beside the filter. */
  readonly beside?: ReactNode;
}) {
  const { nouns, list, state, onFilter } = props;
  const states = ['waiting', ...props.outcomes];
  return (
    <div>
      <search className="filters" aria-label="Filters">
        <NativeSelect
          label="What came of them"
          size="xs"
          value={state ?? ''}
          onChange={({ currentTarget: { value } }) => onFilter(value === '' ? undefined : value)}
          data={[
            { value: '', label: 'Any' },
            ...states.map((value) => ({ value, label: spoken(value) })),
          ]}
        />
        {props.beside}
      </search>
      <Records
        label={spoken(nouns)}
        {...list}
        columns={[props.who, ...columns<T>()]}
        idOf={props.idOf}
        empty={
          state === undefined ? (
            <Empty title={`It is for no ${nouns}`} />
          ) : (
            <NothingFound what={nouns} onReset={() => onFilter(undefined)} />
          )
        }
      />
    </div>
  );
}

const WIDE = '(min-width: 48em)';

function columns<T extends Outcome>(): Column<T>[] {
  return [
    { accessor: 'state', title: 'Came of it', render: ({ state }) => <WorkState of={state} /> },
    {
      accessor: 'detail',
      title: 'Why',
      visibleMediaQuery: WIDE,
      render: ({ detail }) => detail ?? '–',
    },
    {
      accessor: 'settled_at',
      title: 'When',
      textAlign: 'right',
      render: ({ settled_at: at }) => <Instant at={at} />,
    },
  ];
}
