import { openPortal } from '../../api/account.ts';
import type { Overview } from '../../api/contract.ts';
import { AmountTable } from '../../parts/amounts.tsx';
import { Button } from '../../parts/button.tsx';
import { Fault } from '../../parts/messages.tsx';
import { leaveFor, useDeed } from '../../state/use-deed.ts';
import { showInstant } from '../../../../ui/dates.ts';

/** What will be charged next, and by which card. */
export function NextInvoiceCard({ overview }: { readonly overview: Overview }) {
  const { next_invoice: next, payment_method: card, subscription } = overview;
  const deed = useDeed();
  const manage = async (): Promise<void> => leaveFor((await openPortal()).url);
  if (next === null && card === null && subscription === null) return null;
  return (
    <section class="card" aria-labelledby="next-heading">
      <h2 id="next-heading">Next invoice</h2>
      {next === null || subscription?.status === 'paused' ? (
        <p>None is planned.</p>
      ) : (
        <>
          <p>On {showInstant(next.at)}</p>
          <AmountTable
            caption="What the next invoice consists of"
            lines={next.lines}
            currency={next.currency}
            totals={[{ label: 'Total', amountMinor: next.amount_minor }]}
          />
        </>
      )}
      <p class="split">
        <span>
          {card === null
            ? 'Stripe keeps the payment methods.'
            : `Paid by ${cardName(card.brand)} ending in ${card.last4}`}
        </span>
        <Button weight="plain" isBusy={deed.isBusy} onPress={() => deed.run(manage)}>
          {card === null ? 'Manage' : 'Change'}
          <span class="unseen"> payment method</span>
        </Button>
      </p>
      <Fault problem={deed.problem} />
    </section>
  );
}

/** Stripe writes `visa`, and people `Visa`. */
function cardName(brand: string): string {
  const words = brand.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
