import type { Price } from '../../../api/plans/versions.ts';
import { Amount } from '../../../parts/values.tsx';

const CYCLES: Readonly<Record<string, string>> = { monthly: 'month', yearly: 'year' };

/** What a version is sold for, a line for each cycle and currency. */
export function Prices(props: { readonly of: readonly Price[] }) {
  if (props.of.length === 0) return <span className="quiet">By agreement</span>;
  return (
    <div className="lines">
      {props.of.map((price) => (
        <Amount
          key={`${price.billing_cycle} ${price.currency}`}
          of={price}
          per={CYCLES[price.billing_cycle] ?? price.billing_cycle}
        />
      ))}
    </div>
  );
}
