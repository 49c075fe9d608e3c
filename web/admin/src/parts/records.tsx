import { Button } from '@mantine/core';
import { DataTable, type DataTableColumn } from 'mantine-datatable';
import type { ReactNode } from 'react';
import { More, type MoreToShow } from './lists/more.tsx';
import { Empty, Failed, Loading } from './states.tsx';
import { useRowKeys } from './use-row-keys.ts';

/** A column: how it is called, what is in it, and whether it holds numbers. */
export type Column<T> = DataTableColumn<T>;

export interface RecordsProps<T> {
  /** What the rows are, for screen readers. */
  readonly label: string;
  readonly rows: readonly T[] | undefined;
  readonly columns: Column<T>[];
  readonly idOf: (row: T) => string;
  readonly onOpen?: (row: T) => void;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly empty: ReactNode;
  readonly isRefreshing?: boolean;
  readonly more?: MoreToShow | undefined;
  readonly selected?: T[];
  readonly onSelect?: (rows: T[]) => void;
  readonly nameOf?: (row: T) => string;
}

/** A list: its rows, or why there are none; keys go through it, and more comes when asked for. */
export function Records<T>(props: RecordsProps<T>) {
  const { rows, columns, idOf, onOpen, selected, onSelect, nameOf = idOf } = props;
  const keys = useRowKeys({ rows: rows ?? [], idOf, onOpen, selected, onSelect });
  if (props.error !== null && props.error !== undefined && rows === undefined) {
    return <Failed error={props.error} onRetry={props.onRetry} />;
  }
  if (rows === undefined) return <Loading rows={10} />;
  if (rows.length === 0) return props.empty;
  const selection =
    onSelect === undefined
      ? {}
      : {
          selectedRecords: selected ?? [],
          onSelectedRecordsChange: onSelect,
          allRecordsSelectionCheckboxProps: { 'aria-label': 'Select all that are shown' },
          getRecordSelectionCheckboxProps: (row: T) => ({ 'aria-label': `Select ${nameOf(row)}` }),
        };
  return (
    <section aria-label={props.label}>
      <DataTable<T>
        records={[...rows]}
        columns={columns}
        idAccessor={idOf}
        fetching={props.isRefreshing ?? false}
        minHeight={0}
        withTableBorder
        borderRadius="sm"
        highlightOnHover
        verticalSpacing={6}
        fz={14}
        rowClassName={(row) => (idOf(row) === keys.current ? 'row-current' : undefined)}
        {...(onOpen !== undefined && {
          onRowClick: ({ record, event }: { record: T; event: React.MouseEvent }) => {
            if (!isOfItsOwn(event.target)) onOpen(record);
          },
        })}
        {...selection}
        scrollAreaProps={{ type: 'auto', viewportProps: { tabIndex: 0 } }}
      />
      <More of={props.more} />
    </section>
  );
}

/** A link or a button in a row does what it says, and the row nothing beside it. */
function isOfItsOwn(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input') !== null;
}

export function NothingFound(props: { readonly what: string; readonly onReset?: () => void }) {
  return (
    <Empty title={`No ${props.what} match`}>
      {props.onReset !== undefined && (
        <Button variant="default" size="xs" onClick={props.onReset}>
          Take the filters away
        </Button>
      )}
    </Empty>
  );
}
