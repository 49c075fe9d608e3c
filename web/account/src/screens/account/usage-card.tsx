import type { Balance } from '../../api/contract.ts';
import { Meter } from '../../parts/meter.tsx';
import { showInstant } from '../../../../ui/dates.ts';
import { meteredOf } from '../../words/usage.ts';

/** What is used of what there is, as it changes. */
export function UsageCard({ balances }: { readonly balances: readonly Balance[] }) {
  const metered = meteredOf(balances);
  return (
    <section class="card" aria-labelledby="usage-heading">
      <h2 id="usage-heading">Usage</h2>
      {metered.balances.length === 0 ? (
        <p class="hint">What you use is counted here as soon as there is something to count.</p>
      ) : (
        <ul class="meters" data-testid="meters">
          {metered.balances.map((balance) => (
            <Meter key={balance.feature} balance={balance} />
          ))}
        </ul>
      )}
      {metered.resetsAt !== null && (
        <p class="hint">What is counted by the month resets on {showInstant(metered.resetsAt)}.</p>
      )}
    </section>
  );
}
