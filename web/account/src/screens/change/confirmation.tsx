import { useState } from 'preact/hooks';
import { money } from '@whisperforge/kernel/money';
import { changeSubscription } from '../../api/account.ts';
import type { Moment, Plan, Preview } from '../../api/contract.ts';
import { Problem } from '../../api/request.ts';
import { AmountTable } from '../../parts/amounts.tsx';
import { Button, Link, OutLink } from '../../parts/button.tsx';
import { Failure, Fault, Skeleton } from '../../parts/messages.tsx';
import { useCustomer } from '../../state/customer.ts';
import { useRouter } from '../../state/route.ts';
import { useDeed } from '../../state/use-deed.ts';
import type { Load } from '../../state/use-load.ts';
import { showInstant } from '../../../../ui/dates.ts';
import { amountOf, showMoney } from '../../../../ui/money.ts';

interface ConfirmationProps {
  readonly preview: Load<Preview>;
  readonly target: Plan;
  readonly when: Moment;
  /** A code that is refused says so where it was typed. */
  readonly hasCode: boolean;
}

/** The exact amount, and the button that agrees to it. */
export function Confirmation({ preview, target, when, hasCode }: ConfirmationProps) {
  const { state } = preview;
  const [isRenewed, setRenewed] = useState(false);
  const [pendingUrl, setPendingUrl] = useState<string | null>(null);
  const deed = useDeed();
  const { reload } = useCustomer();
  const { go } = useRouter();
  if (pendingUrl !== null) return <PaymentPending url={pendingUrl} plan={target.name} />;
  if (state.kind === 'loading') return <Skeleton heights={[180, 44]} />;
  if (state.kind === 'failed') {
    if (hasCode && state.problem.status > 0) return null;
    return <Unavailable preview={preview} problem={state.problem} />;
  }
  const previewed = state.value;
  const change = async (): Promise<void> => {
    const changed = await changeSubscription(previewed.preview_token).catch(async (thrown) => {
      if (!isStale(thrown)) throw thrown;
      await preview.reload();
      setRenewed(true);
      return null;
    });
    if (changed === null) return;
    await reload();
    if (changed.status === 'payment_pending' && typeof changed.url === 'string') {
      return setPendingUrl(changed.url);
    }
    go('/account', { notice: doneText(changed.status, previewed, target), replaces: true });
  };
  return (
    <>
      <PreviewCard preview={previewed} />
      {isRenewed && (
        <p class="message note" role="status">
          Something has changed meanwhile, so this was calculated anew. Please look at it again.
        </p>
      )}
      <Fault problem={deed.problem} />
      <div class="actions">
        <Button weight="primary" isBusy={deed.isBusy} onPress={() => deed.run(change)}>
          {confirmLabel(previewed, when)}
        </Button>
        <Link to="/account/plans" weight="plain">
          Back to the plans
        </Link>
      </div>
    </>
  );
}

/** What the server says to a wish for what there is already, as before other seats are chosen. */
const NOTHING_TO_CHANGE = 'nothing_to_change';
/** Statuses of a no that asking again does not change. */
const REFUSED: readonly number[] = [409, 422];

/** Why there is no preview: a no with its reason, or a fault that may be gone the next time. */
function Unavailable({ preview, problem }: { preview: Load<Preview>; problem: Problem }) {
  if (!REFUSED.includes(problem.status)) {
    return <Failure problem={problem} onRetry={preview.reload} />;
  }
  const isHere = problem.code === NOTHING_TO_CHANGE;
  return (
    <>
      <p class="message note" role="status">
        {isHere
          ? 'This is what you have. Choose something else to see its price.'
          : problem.message}
      </p>
      <div class="actions">
        <Link to={isHere ? '/account/plans' : '/account'} weight="plain">
          {isHere ? 'Back to the plans' : 'Back to your account'}
        </Link>
      </div>
    </>
  );
}

/** Only a preview that is out of date is taken again; other refusals are said. */
function isStale(thrown: unknown): boolean {
  return thrown instanceof Problem && /^preview_(?:stale|token_invalid)$/.test(thrown.code);
}

function confirmLabel({ amount_due_minor: dueMinor, currency }: Preview, when: Moment): string {
  if (when === 'period_end') return 'Schedule the change';
  return dueMinor > 0 ? `Pay ${showMoney(money(dueMinor, currency))} and change` : 'Change now';
}

function doneText(status: string, preview: Preview, { name }: Plan): string {
  if (status === 'done') return `You are on ${name} now.`;
  if (status === 'scheduled') return `It changes on ${showInstant(preview.effective_at)}.`;
  return `The change to ${name} waits for its payment.`;
}

function PreviewCard({ preview }: { readonly preview: Preview }) {
  const { currency, recurring, lines } = preview;
  const total = { label: 'Total', amountMinor: preview.total_minor };
  const due = { label: 'Due now', amountMinor: preview.amount_due_minor };
  const isSame = total.amountMinor === due.amountMinor;
  const every = recurring.billing_cycle === 'yearly' ? 'every year' : 'every month';
  return (
    <section class="card" aria-label="Price of the change" aria-live="polite">
      <h2>What it costs</h2>
      <AmountTable
        caption="What the change consists of"
        lines={lines}
        currency={currency}
        totals={isSame ? [due] : [total, due]}
      />
      <dl class="facts">
        <div>
          <dt>In force</dt>
          <dd>{showInstant(preview.effective_at)}</dd>
        </div>
        <div>
          <dt>After that</dt>
          <dd>
            {showMoney(amountOf(recurring))} {every}
          </dd>
        </div>
      </dl>
    </section>
  );
}

function PaymentPending({ url, plan }: { readonly url: string; readonly plan: string }) {
  return (
    <section class="card" role="alert" tabIndex={-1} ref={(node) => node?.focus()}>
      <h2>The payment needs you</h2>
      <p>
        The card was declined or its bank wants to hear from you. The change to {plan} happens when
        the invoice is paid; until then you keep what you have.
      </p>
      <OutLink to={url} weight="primary">
        Pay the invoice
      </OutLink>
    </section>
  );
}
