import { useState } from 'preact/hooks';
import { money } from '@whisperforge/kernel/money';
import { readInvoices } from '../../api/account.ts';
import type { Invoice, Invoices } from '../../api/contract.ts';
import { Button, OutLink } from '../../parts/button.tsx';
import { Failure, Fault, Skeleton } from '../../parts/messages.tsx';
import { useDeed } from '../../state/use-deed.ts';
import type { Loaded } from '../../state/use-load.ts';
import { showDay } from '../../../../ui/dates.ts';
import { showMoney } from '../../../../ui/money.ts';
import { invoiceParts } from '../../words/invoice-parts.ts';
import { invoiceWord } from '../../words/standing.ts';

interface InvoicesCardProps {
  readonly first: Loaded<Invoices>;
  readonly onRetry: () => unknown;
}

/** All invoices, the newest first, with Stripe's copies of them. */
export function InvoicesCard({ first, onRetry }: InvoicesCardProps) {
  if (first.kind === 'failed') return <Failure problem={first.problem} onRetry={onRetry} />;
  return (
    <section class="card" aria-labelledby="invoices-heading" aria-busy={first.kind === 'loading'}>
      <h2 id="invoices-heading">Invoices</h2>
      {first.kind === 'loading' ? (
        <Skeleton heights={[96]} />
      ) : (
        <InvoiceList key={first.value.data[0]?.id} first={first.value} />
      )}
    </section>
  );
}

function InvoiceList({ first }: { readonly first: Invoices }) {
  const [later, setLater] = useState<readonly Invoice[]>([]);
  const [cursor, setCursor] = useState(first.next_cursor);
  const deed = useDeed();
  if (first.data.length === 0) return <p class="hint">There are none yet.</p>;
  const more = async (): Promise<void> => {
    const page = await readInvoices(cursor);
    setLater([...later, ...page.data]);
    setCursor(page.next_cursor);
  };
  return (
    <>
      <table class="invoices">
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Number</th>
            <th scope="col">Status</th>
            <th scope="col" class="figure">
              Amount
            </th>
            <th scope="col">
              <span class="unseen">Copies</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {[...first.data, ...later].map((invoice) => (
            <InvoiceRow key={invoice.id} invoice={invoice} />
          ))}
        </tbody>
      </table>
      {cursor !== null && (
        <Button isBusy={deed.isBusy} onPress={() => deed.run(more)}>
          Show earlier invoices
        </Button>
      )}
      <Fault problem={deed.problem} />
    </>
  );
}

function InvoiceRow({ invoice }: { readonly invoice: Invoice }) {
  const { number, hosted_url: page, pdf_url: pdf, status } = invoice;
  const name = number ?? 'draft';
  const { tone, text } = invoiceWord(status);
  return (
    <tr>
      <td>{showDay(invoice.created_at)}</td>
      <td class="number">{name}</td>
      <td>
        <span class={`status ${tone}`}>{text}</span>
      </td>
      <td class="figure">
        {showMoney(money(invoice.total_minor, invoice.currency))}
        {invoiceParts(invoice).map((part) => (
          <small key={part} class="part">
            {part}
          </small>
        ))}
      </td>
      <td class="copies">
        {page !== null && (
          <OutLink to={page} label={`${status === 'open' ? 'Pay' : 'View'} invoice ${name}`}>
            {status === 'open' ? 'Pay' : 'View'}
          </OutLink>
        )}
        {pdf !== null && (
          <OutLink to={pdf} label={`PDF of invoice ${name}`}>
            PDF
          </OutLink>
        )}
      </td>
    </tr>
  );
}
