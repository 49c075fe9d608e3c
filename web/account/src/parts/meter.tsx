import { useId } from 'preact/hooks';
import type { Balance } from '../api/contract.ts';
import { showNumber, showQuantity } from '../words/quantities.ts';
import { fillOf } from '../words/usage.ts';

/** How much of a feature is used and held; without a limit only how much. */
export function Meter({ balance }: { readonly balance: Balance }) {
  const id = useId();
  const { name, unit, limit, used, reserved, remaining } = balance;
  if (limit === null) {
    return (
      <li class="meter">
        <span class="name">{name}</span>
        <span class="figures">{showQuantity(used, unit)}, no limit</span>
      </li>
    );
  }
  const fill = fillOf(balance);
  const held = reserved > 0 ? `, ${showNumber(reserved)} held for work under way` : '';
  const left = remaining === null ? '' : `, ${showNumber(Math.max(0, remaining))} left`;
  const text = `${showNumber(used)} of ${showQuantity(limit, unit)} used${held}${left}`;
  return (
    <li class="meter">
      <span class="name" id={id}>
        {name}
      </span>
      <span class="figures" aria-hidden="true">
        <strong>{showNumber(used)}</strong> of {showQuantity(limit, unit)}
      </span>
      <div
        class={`track ${fill.isFull ? 'full' : ''}`}
        role="meter"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(used, limit)}
        aria-valuetext={text}
      >
        <div class="used" style={{ width: `${fill.usedPercent}%` }} />
        <div class="held" style={{ width: `${fill.heldPercent}%` }} />
      </div>
      <span class="hint" aria-hidden="true">
        {fill.isFull ? 'Nothing left' : left.slice(2)}
        {held}
      </span>
    </li>
  );
}
