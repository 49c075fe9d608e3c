import { useState } from 'preact/hooks';
import { openCheckout, quote, readPlans } from '../../api/account.ts';
import type { Choice, Cycle, Plan, Quote } from '../../api/contract.ts';
import { AmountTable } from '../../parts/amounts.tsx';
import { Button, Link } from '../../parts/button.tsx';
import { Failure, Fault, Skeleton } from '../../parts/messages.tsx';
import { View } from '../../parts/view.tsx';
import { leaveFor, useDeed } from '../../state/use-deed.ts';
import { useLoad, type Loaded } from '../../state/use-load.ts';
import { showInstant } from '../../../../ui/dates.ts';
import { tellPayments } from '../../words/payments.ts';
import { CodeField } from './code-field.tsx';
import { SeatsField } from './seats-field.tsx';

interface OrderProps {
  readonly plan: string;
  readonly cycle: Cycle;
}

/** What is about to be bought, with its price explained, before Stripe asks for the card. */
export function OrderScreen({ plan: slug, cycle }: OrderProps) {
  const { state, reload } = useLoad('plans', readPlans);
  const plan = state.kind === 'ready' ? state.value.data.find((one) => one.slug === slug) : null;
  return (
    <View title="Your order" isNarrow isBusy={state.kind === 'loading'}>
      {state.kind === 'loading' && <Skeleton heights={[320]} />}
      {state.kind === 'failed' && <Failure problem={state.problem} onRetry={reload} />}
      {plan === undefined && (
        <p>
          This plan is not on sale. <Link to="/account/plans">See the plans</Link>
        </p>
      )}
      {plan && <Order plan={plan} cycle={cycle} />}
    </View>
  );
}

function Order({ plan, cycle }: { readonly plan: Plan; readonly cycle: Cycle }) {
  const [seats, setSeats] = useState<number | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const choice: Choice = {
    plan: plan.slug,
    billing_cycle: cycle,
    ...(seats !== null && { seats }),
    ...(code !== null && { promotion_code: code }),
  };
  const quoted = useLoad(JSON.stringify(choice), () => quote(choice));
  const deed = useDeed();
  const pay = async (): Promise<void> => leaveFor((await openCheckout(choice)).url);
  const { state } = quoted;
  const codeFault = state.kind === 'failed' && code !== null ? state.problem : null;
  return (
    <>
      <section class="card" aria-label="Order">
        <p class="plan-name">
          {plan.name}, {cycle === 'yearly' ? 'billed every year' : 'billed every month'}
        </p>
        <SeatsField plan={plan} seats={seats} onChange={setSeats} />
        <CodeField code={writtenCode(state, code)} fault={codeFault?.message} onApply={setCode} />
        {state.kind === 'loading' && <Skeleton heights={[150]} />}
        {state.kind === 'ready' && <QuoteLines quote={state.value} cycle={cycle} />}
        {state.kind === 'failed' && code === null && (
          <Failure problem={state.problem} onRetry={quoted.reload} />
        )}
      </section>
      <Fault problem={deed.problem} />
      <div class="actions">
        {state.kind === 'ready' && (
          <Button weight="primary" isBusy={deed.isBusy} onPress={() => deed.run(pay)}>
            Continue to payment
          </Button>
        )}
        <Link to="/account/plans" weight="plain">
          Choose another plan
        </Link>
      </div>
    </>
  );
}

/** As it was given out, once the server has found it: `spring25` is SPRING25. */
function writtenCode(state: Loaded<Quote>, typed: string | null): string | null {
  const found = state.kind === 'ready' ? state.value.promotion_code?.code : undefined;
  return typed === null ? null : (found ?? typed);
}

function QuoteLines({ quote: given, cycle }: { readonly quote: Quote; readonly cycle: Cycle }) {
  const { currency, promotion_code: code, trial_ends_at: trialEnd, recurring } = given;
  const isTrial = given.trial_days > 0 && trialEnd !== null;
  const total = { label: isTrial ? 'First payment' : 'Total', amountMinor: given.total_minor };
  const due = { label: 'Due now', amountMinor: given.due_now_minor };
  return (
    <div aria-live="polite">
      <AmountTable
        caption="What the price consists of"
        lines={given.lines}
        currency={currency}
        totals={isTrial || given.due_now_minor !== given.total_minor ? [total, due] : [due]}
      />
      {isTrial && <p class="hint">You try it until {showInstant(trialEnd)}.</p>}
      {code !== null && !code.applied && (
        <p class="message note">
          The code {code.code} is valid, but another offer makes this cheaper and is used instead.
        </p>
      )}
      <ul class="hint later">
        {tellPayments(recurring, { cycle, currency }).map((told) => (
          <li key={told}>{told}</li>
        ))}
      </ul>
    </div>
  );
}
