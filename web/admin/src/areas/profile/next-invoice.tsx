import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { subscriptionQuery } from '../../api/billing.ts';
import type { NextInvoice as Next, SubscriptionAnswer } from '../../api/contract/money.ts';
import type { UserProfile } from '../../api/contract/users.ts';
import { useMay } from '../../api/session.ts';
import { BillTable } from '../../deeds/bill-table.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { tellDiscount } from '../../words/standing.ts';
import { useIsBilled } from './deeds/subject.ts';
import { useOpenDeed } from './deeds/use-open.ts';

/** What Stripe bills next, and what is taken off it. */
export function NextInvoice({ profile }: { readonly profile: UserProfile }) {
  const isBilled = useIsBilled(profile);
  const { data, error, refetch } = useQuery({
    ...subscriptionQuery(profile.user),
    enabled: isBilled,
  });
  if (!isBilled) return null;
  return (
    <section className="card" aria-labelledby="next-invoice">
      <h2 id="next-invoice">Next invoice</h2>
      {data !== undefined && (
        <>
          {profile.status === 'paused' ? <Paused /> : <Billed next={data.next_invoice} />}
          <Discounts of={data} />
        </>
      )}
      {data === undefined && error === null && <Loading rows={3} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
    </section>
  );
}

/** What Stripe would bill of it comes when it goes on, and not at the end of the old period. */
function Paused() {
  return <p className="quiet small">Nothing is billed before it goes on.</p>;
}

function Billed({ next }: { readonly next: Next | null }) {
  if (next === null) return <p className="quiet small">Nothing is billed next.</p>;
  const { lines, currency, amount_minor: totalMinor } = next;
  return (
    <BillTable
      caption={
        <>
          Due <Instant at={next.at} />, as things stand
        </>
      }
      of={{ lines, currency, totalMinor }}
    />
  );
}

function Discounts({ of: { discounts } }: { readonly of: SubscriptionAnswer }) {
  const may = useMay();
  const open = useOpenDeed();
  if (discounts.length === 0) return null;
  return (
    <ul className="plain-rows" aria-label="Discounts">
      {discounts.map((discount) => (
        <li key={discount.coupon}>
          <span>{tellDiscount(discount)}</span>
          {may('money.write') && (
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => open('end-discount', discount.coupon)}
            >
              End it …
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
