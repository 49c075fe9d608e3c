import { SegmentedControl } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';

export interface TableView {
  readonly head: readonly string[];
  /** The first of each is what the row is about. */
  readonly rows: readonly (readonly ReactNode[])[];
}

/**
 * A chart under a title that says what it shows and in what, with the same as a table for whoever
 * would rather read it.
 */
export function ChartCard(props: {
  readonly title: ReactNode;
  readonly unit: string;
  readonly table: TableView;
  readonly beside?: ReactNode;
  readonly legend?: ReactNode;
  readonly beneath?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  const [view, setView] = useState('chart');
  return (
    <section className="card chart-card" aria-labelledby={id}>
      <div className="chart-head">
        <h2 id={id}>{props.title}</h2>
        <span className="quiet small">{props.unit}</span>
        <div className="chart-tools">
          {props.beside}
          <SegmentedControl
            size="xs"
            aria-label="Shown as"
            value={view}
            onChange={setView}
            data={[
              { value: 'chart', label: 'Chart' },
              { value: 'table', label: 'Table' },
            ]}
          />
        </div>
      </div>
      {view === 'chart' ? (
        <>
          {props.legend}
          {props.children}
          {props.beneath}
        </>
      ) : (
        <DataTable {...props.table} />
      )}
    </section>
  );
}

export function DataTable({ head, rows }: TableView) {
  const [first, ...others] = head;
  return (
    <div className="scrolls" role="region" aria-label="Table" tabIndex={0}>
      <table className="changes figures">
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {others.map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...values], row) => (
            <tr key={row}>
              <th scope="row">{name}</th>
              {values.map((value, column) => (
                <td key={column} className="number">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
