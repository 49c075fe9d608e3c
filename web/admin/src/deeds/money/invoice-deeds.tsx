import { Radio, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { amountOf, showMoney } from '../../../../ui/money.ts';
import { invoicesQuery } from '../../api/billing.ts';
import type { Invoice } from '../../api/contract/money.ts';
import { segment } from '../../api/request.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import type { UserDeedProps } from '../drawer-props.ts';
import { MoneyField, minorOf } from './money-field.tsx';

/** As the list of invoices has it, which is read until it is found; nothing until then. */
function useInvoice({ profile, of }: UserDeedProps): Invoice | undefined {
  const list = useInfiniteQuery(invoicesQuery(profile.user));
  const found = list.data?.pages.flatMap((page) => page.data).find(({ id }) => id === of);
  const isSought = found === undefined && list.hasNextPage && !list.isFetchingNextPage;
  useEffect(() => {
    if (isSought) void list.fetchNextPage();
  }, [isSought, list.fetchNextPage]);
  return found;
}

export function nameOf({ number, id }: Pick<Invoice, 'number' | 'id'>): string {
  return number ?? id;
}

export function Refund(props: UserDeedProps) {
  const invoice = useInvoice(props);
  return invoice && <RefundDrawer {...props} invoice={invoice} />;
}

/** Money back, of what was paid and not given back yet. */
function RefundDrawer(props: UserDeedProps & { readonly invoice: Invoice }) {
  const { currency, id, amount_paid_minor: paid, refunded_minor: refunded } = props.invoice;
  const leftMinor = paid - refunded;
  const [share, setShare] = useState('all');
  const [amount, setAmount] = useState('');
  const partMinor = minorOf(amount, currency, leftMinor);
  const show = (minor: number): string => showMoney(amountOf({ amount_minor: minor, currency }));
  const isReady = share === 'all' || partMinor !== undefined;
  const body = share === 'all' ? {} : { amount_minor: partMinor };
  return (
    <DeedDrawer
      title={`Refund invoice ${nameOf(props.invoice)}`}
      verb="Refund"
      isGrave
      subject={props.subject}
      call={isReady ? { path: `/invoices/${segment(id)}/refunds`, body } : undefined}
      done={`${show(share === 'all' ? leftMinor : (partMinor ?? 0))} are given back`}
      tell={(side) => tellPaid(side, show)}
      billed="Given back"
      onClose={props.onClose}
    >
      <Radio.Group label="How much" value={share} onChange={setShare}>
        <Stack gap={8} mt={6}>
          <Radio value="all" data-autofocus label={`All that is left of it, ${show(leftMinor)}`} />
          <Radio value="part" label="A part of it" />
        </Stack>
      </Radio.Group>
      {share === 'part' && (
        <MoneyField
          label="Amount"
          currency={currency}
          mostMinor={leftMinor}
          value={amount}
          onChange={setAmount}
        />
      )}
      <p className="quiet small">
        The plan stays; a pack that is paid back wholly ends. What was given back cannot be taken
        again.
      </p>
    </DeedDrawer>
  );
}

function tellPaid(side: unknown, show: (minor: number) => string): unknown {
  const { paid_minor: paid, refunded_minor: refunded } = side as Readonly<Record<string, number>>;
  return { paid: show(paid ?? 0), refunded: show(refunded ?? 0) };
}

/** The receipt once more, to the address that the customer has now. */
export function Resend(props: UserDeedProps) {
  const { of: id } = props;
  return (
    <DeedDrawer
      title="Send the receipt again"
      verb="Send it"
      subject={props.subject}
      call={id === undefined ? undefined : { path: `/invoices/${segment(id)}/resend`, body: {} }}
      done={`The receipt is on its way to ${props.profile.email}`}
      onClose={props.onClose}
    >
      <p>
        It goes to <strong>{props.profile.email}</strong>, as a mail of its own.
      </p>
    </DeedDrawer>
  );
}
