import { useState } from 'preact/hooks';
import { cancelSubscription } from '../api/account.ts';
import type { Moment, Overview, Subscription } from '../api/contract.ts';
import { Button, Link } from '../parts/button.tsx';
import { ChoiceField, TextField } from '../parts/fields.tsx';
import { Fault } from '../parts/messages.tsx';
import { View } from '../parts/view.tsx';
import { useCustomer } from '../state/customer.ts';
import { useRouter } from '../state/route.ts';
import { useDeed } from '../state/use-deed.ts';
import { showInstant } from '../../../ui/dates.ts';

const REASONS = [
  { value: 'too_expensive', label: 'It costs too much' },
  { value: 'missing_features', label: 'Something is missing' },
  { value: 'unused', label: 'I do not use it enough' },
  { value: 'switched_service', label: 'I use something else now' },
  { value: 'too_complex', label: 'It is hard to use' },
  { value: 'other', label: 'Another reason' },
] as const;

type Reason = (typeof REASONS)[number]['value'];

export function CancelScreen({ overview }: { readonly overview: Overview }) {
  const { subscription } = overview;
  if (subscription === null || subscription.cancel_at !== null) {
    return (
      <View title="Cancel subscription" isNarrow>
        <p>
          {subscription?.cancel_at == null
            ? 'There is no subscription to cancel.'
            : `${subscription.name} already ends on ${showInstant(subscription.cancel_at)}.`}
        </p>
        <Link to="/account">See your account</Link>
      </View>
    );
  }
  return <Cancellation subscription={subscription} />;
}

function Cancellation({ subscription }: { readonly subscription: Subscription }) {
  const { name } = subscription;
  const [reason, setReason] = useState<Reason | null>(null);
  const [words, setWords] = useState('');
  const [when, setWhen] = useState<Moment>('period_end');
  const [fault, setFault] = useState(false);
  const deed = useDeed();
  const { reload } = useCustomer();
  const { go } = useRouter();
  const cancel = async (): Promise<void> => {
    const said = words.trim();
    await cancelSubscription({ when, reason: said === '' ? reason! : `${reason}: ${said}` });
    await reload();
    const done = when === 'now' ? `${name} has ended.` : `${name} will not be renewed.`;
    go('/account', { notice: done, replaces: true });
  };
  return (
    <View title={`Cancel ${name}`} isNarrow>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setFault(reason === null);
          if (reason !== null) void deed.run(cancel);
        }}
      >
        <section class="card" aria-label="Cancellation">
          <ChoiceField
            legend="Why do you cancel?"
            options={REASONS}
            value={reason}
            onChange={setReason}
          />
          <p class="fault" role="alert">
            {fault && reason === null ? 'Please choose a reason.' : ''}
          </p>
          <TextField label="In your own words (optional)" value={words} onInput={setWords} isLong />
          <EndField subscription={subscription} value={when} onChange={setWhen} />
          <p class="hint">Nothing of yours is deleted either way.</p>
        </section>
        <Fault problem={deed.problem} />
        <div class="actions">
          <Button type="submit" weight="danger" isBusy={deed.isBusy}>
            {when === 'now' ? `End ${name} now` : `Cancel ${name}`}
          </Button>
          <Link to="/account" weight="second">
            Keep {name}
          </Link>
        </div>
      </form>
    </View>
  );
}

interface EndProps {
  readonly subscription: Subscription;
  readonly value: Moment;
  readonly onChange: (when: Moment) => unknown;
}

/** What is kept until the end is what was paid for, so that who owes is promised nothing. */
function EndField({ subscription, value, onChange }: EndProps) {
  const { name, period_end: end, status, trial_end: trialEnd } = subscription;
  const isOwed = status === 'past_due' || status === 'unpaid';
  const paidUntil = status === 'trialing' ? (trialEnd ?? end) : end;
  const later = isOwed
    ? 'It is not renewed. What is open is still to be paid.'
    : `You keep ${name} until then, and it is not renewed.`;
  const atOnce = `${name} ends when you confirm. What is left of the period is not paid back.`;
  return (
    <ChoiceField
      legend="When should it end?"
      value={value}
      onChange={onChange}
      options={[
        {
          value: 'period_end',
          label: paidUntil === null ? 'At the end of the period' : showInstant(paidUntil),
          hint: later,
        },
        { value: 'now', label: 'At once', hint: atOnce },
      ]}
    />
  );
}
