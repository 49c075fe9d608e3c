import { openCheckout } from '../../api/account.ts';
import type { Balance, Pack } from '../../api/contract.ts';
import { Button } from '../../parts/button.tsx';
import { Fault } from '../../parts/messages.tsx';
import { leaveFor, useDeed } from '../../state/use-deed.ts';
import { amountOf, showMoney } from '../../../../ui/money.ts';
import { inflect, showNumber } from '../../words/quantities.ts';

interface PacksCardProps {
  readonly packs: readonly Pack[];
  readonly balances: readonly Balance[];
}

/** What can be bought once, when the plan is not enough. */
export function PacksCard({ packs, balances }: PacksCardProps) {
  const deed = useDeed();
  if (packs.length === 0) return null;
  const buy = (pack: string) => async (): Promise<void> =>
    leaveFor((await openCheckout({ pack })).url);
  const unitOf = (feature: string): string | null =>
    balances.find((balance) => balance.feature === feature)?.unit ?? null;
  return (
    <section class="card" aria-labelledby="packs-heading">
      <h2 id="packs-heading">When you need more</h2>
      <ul class="rows">
        {packs.map((pack) => (
          <li key={pack.pack} class="split">
            <span>
              {pack.name} for {showMoney(amountOf(pack))}
              <span class="hint">
                {showNumber(pack.amount)} {inflect(unitOf(pack.feature) ?? 'unit', pack.amount)},
                bought once, {validity(pack)}
              </span>
            </span>
            <Button
              label={`Buy ${pack.name}`}
              isBusy={deed.isBusy}
              onPress={() => deed.run(buy(pack.pack))}
            >
              Buy
            </Button>
          </li>
        ))}
      </ul>
      <Fault problem={deed.problem} />
    </section>
  );
}

function validity({ valid_days: days }: Pack): string {
  return days === null ? 'without end' : `for ${showNumber(days)} ${inflect('day', days)}`;
}
