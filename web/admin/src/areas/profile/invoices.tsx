import { ActionIcon, Anchor, Button, Menu } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Ellipsis, Receipt, Undo2 } from 'lucide-react';
import { invoicesQuery } from '../../api/billing.ts';
import type { Invoice } from '../../api/contract/money.ts';
import { useMay } from '../../api/session.ts';
import { nameOf } from '../../deeds/money/invoice-deeds.tsx';
import { Day } from '../../parts/instant.tsx';
import { Empty, Failed, Loading } from '../../parts/states.tsx';
import { Amount, Tag } from '../../parts/values.tsx';
import { spoken } from '../../words/quantities.ts';
import { useOpenDeed } from './deeds/use-open.ts';

/** What was billed, newest first, with Stripe's own copies. */
export function Invoices({ user }: { readonly user: string }) {
  const may = useMay();
  const list = useInfiniteQuery({ ...invoicesQuery(user), enabled: may('money.read') });
  if (!may('money.read')) return null;
  const invoices = list.data?.pages.flatMap(({ data }) => data);
  return (
    <section className="card" aria-labelledby="invoices">
      <h2 id="invoices">Invoices</h2>
      {invoices === undefined && list.error === null && <Loading rows={3} />}
      {invoices === undefined && list.error !== null && (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      )}
      {invoices !== undefined && <Rows invoices={invoices} />}
      {list.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </section>
  );
}

function Rows({ invoices }: { readonly invoices: readonly Invoice[] }) {
  if (invoices.length === 0) return <Empty title="Nothing has been billed yet" />;
  return (
    <table className="changes invoices">
      <thead>
        <tr>
          <th scope="col">Invoice</th>
          <th scope="col">State</th>
          <th scope="col" className="number">
            Total
          </th>
          <th scope="col">
            <span className="sr-only">Deeds</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {invoices.map((invoice) => (
          <Row key={invoice.id} invoice={invoice} />
        ))}
      </tbody>
    </table>
  );
}

const TONES = { paid: 'good', open: 'note', uncollectible: 'bad' } as const;

function Row({ invoice }: { readonly invoice: Invoice }) {
  const { status, currency, refunded_minor: refunded } = invoice;
  return (
    <tr>
      <td>
        <Copy invoice={invoice} />
        <div className="quiet small">
          <Day at={invoice.created_at} />
        </div>
      </td>
      <td>
        <Tag tone={status in TONES ? TONES[status as keyof typeof TONES] : 'plain'}>
          {spoken(status)}
        </Tag>
      </td>
      <td className="number">
        <Amount of={{ amount_minor: invoice.total_minor, currency }} />
        {refunded > 0 && (
          <div className="quiet small">
            <Amount of={{ amount_minor: refunded, currency }} /> back
          </div>
        )}
      </td>
      <td className="number">
        <RowDeeds invoice={invoice} />
      </td>
    </tr>
  );
}

function Copy({ invoice }: { readonly invoice: Invoice }) {
  const { hosted_url: url } = invoice;
  if (url === null || !/^https?:\/\//.test(url)) return <>{nameOf(invoice)}</>;
  return (
    <Anchor href={url} size="sm" rel="noreferrer" target="_blank">
      {nameOf(invoice)}
    </Anchor>
  );
}

function RowDeeds({ invoice }: { readonly invoice: Invoice }) {
  const may = useMay();
  const open = useOpenDeed();
  const isPaid = invoice.status === 'paid' && invoice.amount_paid_minor > 0;
  const mayRefund = may('money.write') && invoice.amount_paid_minor > invoice.refunded_minor;
  const mayResend = may('receipts.write') && isPaid;
  if (!mayRefund && !mayResend) return null;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Deeds for ${nameOf(invoice)}`}>
          <Ellipsis size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayRefund && (
          <Menu.Item leftSection={<Undo2 size={14} />} onClick={() => open('refund', invoice.id)}>
            Refund …
          </Menu.Item>
        )}
        {mayResend && (
          <Menu.Item leftSection={<Receipt size={14} />} onClick={() => open('resend', invoice.id)}>
            Send the receipt again …
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
