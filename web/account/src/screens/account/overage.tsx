import { useState } from 'preact/hooks';
import { currencyExponent, money, parseMoney } from '@whisperforge/kernel/money';
import { allowOverage, endOverage } from '../../api/account.ts';
import type { Overage } from '../../api/contract.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/fields.tsx';
import { Fault } from '../../parts/messages.tsx';
import { useCustomer } from '../../state/customer.ts';
import { useDeed } from '../../state/use-deed.ts';
import { showMoney, showUnitPrice } from '../../../../ui/money.ts';

/** Going on beyond the limit for money, which the customer must want and can bound. */
export function OverageCard({ items }: { readonly items: readonly Overage[] }) {
  if (items.length === 0) return null;
  return (
    <section class="card" aria-labelledby="overage-heading">
      <h2 id="overage-heading">Beyond the limit</h2>
      <ul class="rows">
        {items.map((item) => (
          <OverageItem key={item.feature} item={item} />
        ))}
      </ul>
    </section>
  );
}

function OverageItem({ item }: { readonly item: Overage }) {
  const { feature, name, currency, spending_cap_minor: capMinor } = item;
  const { reload } = useCustomer();
  const deed = useDeed();
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();
  const price = `${showUnitPrice(item.unit_price_minor, currency)} per ${item.unit ?? 'unit'}`;
  const allow = (): unknown => {
    const cap = parseMoney(text.trim(), currency);
    const isUsable = cap !== undefined && cap.amountMinor > 0;
    setFault(isUsable ? undefined : `Write an amount such as ${example(currency)}.`);
    if (!isUsable) return undefined;
    return deed.run(async () => {
      await allowOverage(feature, cap.amountMinor);
      setText('');
      await reload();
    });
  };
  const end = async (): Promise<void> => {
    await endOverage(feature);
    await reload();
  };
  const label = `Most to spend a month, in ${currency.toUpperCase()}`;
  return (
    <li>
      <p>
        {name}: {price}
        <span class="hint">
          {capMinor === null
            ? 'Off: at the limit it stops, and nothing is charged.'
            : `On, up to ${showMoney(money(capMinor, currency))} a month.`}
        </span>
      </p>
      <form
        class="inline"
        onSubmit={(event) => {
          event.preventDefault();
          void allow();
        }}
      >
        <TextField label={label} value={text} onInput={setText} inputMode="decimal" fault={fault} />
        <Button type="submit" isBusy={deed.isBusy}>
          {capMinor === null ? 'Turn on' : 'Change'}
        </Button>
        {capMinor !== null && (
          <Button weight="plain" isBusy={deed.isBusy} onPress={() => deed.run(end)}>
            Turn off
          </Button>
        )}
      </form>
      <Fault problem={deed.problem} />
    </li>
  );
}

function example(currency: string): string {
  return currencyExponent(currency) === 0 ? '20' : '20.00';
}
