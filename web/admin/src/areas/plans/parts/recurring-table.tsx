import type { Recurring } from '../../../api/plans/drafts.ts';
import { Amount } from '../../../parts/values.tsx';
import { counted } from '../../../words/quantities.ts';

/** What a month brings before and after a move, a line for each currency. */
export function RecurringTable(props: {
  readonly of: readonly Recurring[];
  readonly label: string;
}) {
  if (props.of.length === 0)
    return <p className="quiet">Nobody pays for it by the month or year.</p>;
  return (
    <div className="scrolls" role="region" aria-label={props.label} tabIndex={0}>
      <table className="changes">
        <thead>
          <tr>
            <th scope="col">Currency</th>
            <th scope="col" className="number">
              MRR now
            </th>
            <th scope="col" className="number">
              After
            </th>
            <th scope="col" className="number">
              Difference
            </th>
          </tr>
        </thead>
        <tbody>
          {props.of.map((row) => (
            <tr key={row.currency}>
              <th scope="row">
                {row.currency.toUpperCase()}
                <div className="small">{counted(row.subscribers, 'subscriber')}</div>
              </th>
              <td className="number was">
                <Minor of={row.before_minor} currency={row.currency} />
              </td>
              <td className="number">
                <Minor of={row.after_minor} currency={row.currency} />
              </td>
              <td className="number becomes">
                {row.difference_minor > 0 && '+'}
                <Minor of={row.difference_minor} currency={row.currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Minor(props: { readonly of: number; readonly currency: string }) {
  return <Amount of={{ amount_minor: props.of, currency: props.currency }} />;
}
