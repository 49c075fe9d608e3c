import type { PromotionCode } from '../../../api/pricing/codes.ts';
import { Day } from '../../../parts/instant.tsx';
import type { Column } from '../../../parts/records.tsx';
import { Amount } from '../../../parts/values.tsx';
import { showCount } from '../../../words/quantities.ts';
import { saidOfEffect } from '../parts/price-words.ts';
import { PricingState } from '../parts/pricing-state.tsx';

const WIDE = '(min-width: 48em)';

export const CODE_COLUMNS: Column<PromotionCode>[] = [
  {
    accessor: 'code',
    title: 'Code',
    render: ({ code, effect }) => (
      <div>
        <strong className="mono">{code}</strong>
        <div className="quiet small">{saidOfEffect(effect)}</div>
      </div>
    ),
  },
  {
    accessor: 'name',
    title: 'Name',
    visibleMediaQuery: WIDE,
    render: ({ name, batch }) => (
      <div className="who">
        {name}
        {batch !== null && <div className="quiet small">Batch {batch}</div>}
      </div>
    ),
  },
  { accessor: 'state', title: 'State', render: ({ state }) => <PricingState of={state} /> },
  {
    accessor: 'redeemed',
    title: 'Redeemed',
    textAlign: 'right',
    visibleMediaQuery: WIDE,
    render: ({ redeemed, most_redemptions: most }) => (
      <span className="number">
        {showCount(redeemed)}
        {most !== null && <span className="quiet"> of {showCount(most)}</span>}
      </span>
    ),
  },
  {
    accessor: 'revenue',
    title: 'Brought',
    textAlign: 'right',
    visibleMediaQuery: WIDE,
    render: Brought,
  },
  {
    accessor: 'expires_at',
    title: 'Expires',
    textAlign: 'right',
    visibleMediaQuery: WIDE,
    render: ({ expires_at: at }) => <Day at={at} />,
  },
];

/** What those who redeemed it have paid since, a line for each currency. */
export function Brought({ revenue }: Pick<PromotionCode, 'revenue'>) {
  if (revenue.length === 0) return <span className="quiet">–</span>;
  return (
    <div className="lines">
      {revenue.map((amount) => (
        <Amount key={amount.currency} of={amount} />
      ))}
    </div>
  );
}
