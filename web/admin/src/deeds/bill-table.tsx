import type { ReactNode } from 'react';
import { Amount } from '../parts/values.tsx';
import type { Bill } from './preview.ts';

/** What is billed, line by line, with what it comes to. */
export function BillTable(props: { readonly caption: ReactNode; readonly of: Bill }) {
  const { lines, currency, totalMinor } = props.of;
  return (
    <table className="changes bill">
      <caption>{props.caption}</caption>
      <tbody>
        {lines.map(({ description, amount_minor: amount }, index) => (
          <tr key={`${index}-${description}`}>
            <th scope="row">{description}</th>
            <td className="number">
              <Amount of={{ amount_minor: amount, currency }} />
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Total</th>
          <td className="number">
            <Amount of={{ amount_minor: totalMinor, currency }} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
