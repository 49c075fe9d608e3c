import { useEffect, useState } from 'preact/hooks';
import { readCheckout } from '../api/account.ts';
import { problemOf, type Problem } from '../api/request.ts';
import { Button, Link } from '../parts/button.tsx';
import { BackToApp, Failure, Skeleton } from '../parts/messages.tsx';
import { View } from '../parts/view.tsx';
import { returnUrl, useCustomer } from '../state/customer.ts';
import { outcomeOf, pauseMs, type Outcome } from '../words/checkout.ts';

/** Where Stripe sends the customer after paying: waits until what was bought is in force. */
export function ReturnScreen({ id }: { readonly id: string }) {
  const [round, setRound] = useState(0);
  const [outcome, problem] = useOutcome(id, round);
  const again = (): void => setRound(round + 1);
  if (problem !== null) {
    return (
      <View title="Checkout" isNarrow>
        <Failure problem={problem} onRetry={again} />
      </View>
    );
  }
  switch (outcome) {
    case 'waiting':
    case 'confirming':
      return <Waiting isPaid={outcome === 'confirming'} />;
    case 'active':
      return <Active />;
    case 'refused':
      return <TrialUsed />;
    case 'slow':
      return <Slow onAgain={again} />;
    case 'unfinished':
    case 'expired':
      return <NotBought isExpired={outcome === 'expired'} />;
  }
}

/** Asks with growing pauses, a bounded number of times; a new round begins anew. */
function useOutcome(id: string, round: number): [Outcome, Problem | null] {
  const [outcome, setOutcome] = useState<Outcome>('waiting');
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const look = async (tries: number): Promise<void> => {
      const found = await readCheckout(id).catch((thrown: unknown) => problemOf(thrown));
      if (isOver) return;
      const wait = pauseMs(tries);
      if (found instanceof Error) {
        // The network may be back with the next try; a refusal will not be another.
        if (wait === null || found.status > 0) return setProblem(found);
      } else {
        const next = outcomeOf(found, wait === null);
        setOutcome(next);
        if (next !== 'waiting' && next !== 'confirming') return;
      }
      timer = setTimeout(() => void look(tries + 1), wait ?? 0);
    };
    setProblem(null);
    setOutcome('waiting');
    void look(0);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [id, round]);
  return [outcome, problem];
}

function Waiting({ isPaid }: { readonly isPaid: boolean }) {
  return (
    <View title="One moment" isNarrow isBusy>
      <p role="status">
        {isPaid
          ? 'The checkout is complete. What you bought is being put in place.'
          : 'Asking how the checkout ended.'}
      </p>
      <Skeleton heights={[96]} />
    </View>
  );
}

function Active() {
  const { state, reload } = useCustomer();
  useEffect(() => void reload(), [reload]);
  const plan = state.kind === 'ready' ? (state.value.subscription?.name ?? null) : null;
  return (
    <View title="Thank you" isNarrow>
      <p class="message good" role="status">
        The checkout is complete, and what you bought is in force.
      </p>
      {plan !== null && <p>You are on {plan}.</p>}
      <div class="actions">
        <BackToApp weight="primary" />
        <Link to="/account" weight={returnUrl() === null ? 'primary' : 'second'}>
          See your account
        </Link>
      </div>
    </View>
  );
}

function Slow({ onAgain }: { readonly onAgain: () => void }) {
  return (
    <View title="Still processing" isNarrow>
      <p class="message note" role="status">
        The checkout is complete, but what you bought is not in force yet.
      </p>
      <p>
        Some payments take longer to be confirmed. You need not wait here, and need not pay again:
        it appears in your account when the payment is confirmed.
      </p>
      <div class="actions">
        <Button weight="primary" onPress={onAgain}>
          Look again
        </Button>
        <Link to="/account">See your account</Link>
      </div>
    </View>
  );
}

function TrialUsed() {
  return (
    <View title="This card had a trial before" isNarrow>
      <p class="message note" role="status">
        A trial can be had once with a card, so this one was not begun. Nothing is charged.
      </p>
      <p>You can choose a plan without a trial, also with the same card.</p>
      <div class="actions">
        <Link to="/account/plans" weight="primary">
          See the plans
        </Link>
        <Link to="/account" weight="plain">
          See your account
        </Link>
      </div>
    </View>
  );
}

function NotBought({ isExpired }: { readonly isExpired: boolean }) {
  return (
    <View title={isExpired ? 'This checkout has expired' : 'Nothing was bought'} isNarrow>
      <p>
        {isExpired
          ? 'It was not completed in time, so nothing was bought by it.'
          : 'The checkout was not completed, so nothing was bought by it. You can start again.'}
      </p>
      <div class="actions">
        <Link to="/account/plans" weight="primary">
          See the plans
        </Link>
        <Link to="/account" weight="plain">
          See your account
        </Link>
      </div>
    </View>
  );
}
