import type { Line } from '../api/contract.ts';
import { money } from '@whisperforge/kernel/money';
import { showMoney } from '../../../ui/money.ts';

interface Total {
  readonly label: string;
  readonly amountMinor: number;
}

/** What an amount consists of, line by line, and what it comes to. */
export function AmountTable(props: {
  readonly caption: string;
  readonly lines: readonly Line[];
  readonly currency: string;
  readonly totals: readonly Total[];
}) {
  const shown = (amountMinor: number): string => showMoney(money(amountMinor, props.currency));
  return (
    <table class="amounts">
      <caption class="unseen">{props.caption}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">What</th>
          <th scope="col">Amount in {props.currency.toUpperCase()}</th>
        </tr>
      </thead>
      <tbody>
        {props.lines.map(({ description, amount_minor: amountMinor }, index) => (
          <tr key={index}>
            <th scope="row">{description}</th>
            <td>{shown(amountMinor)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        {props.totals.map(({ label, amountMinor }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{shown(amountMinor)}</td>
          </tr>
        ))}
      </tfoot>
    </table>
  );
}
