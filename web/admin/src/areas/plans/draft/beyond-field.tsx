import { NativeSelect, TextInput } from '@mantine/core';
import type { Beyond } from '../../../api/plans/drafts.ts';
import type { FaultAt } from '../../../forms/faults.ts';

const POLICIES = [
  { value: 'block', label: 'Then refused' },
  { value: 'grace', label: 'Then let through up to' },
  { value: 'overage', label: 'Then sold by the unit' },
];

/** What happens when a limit is reached. */
export function BeyondField(props: {
  readonly name: string;
  readonly at: string;
  readonly faultAt: FaultAt;
  readonly value: Beyond;
  readonly onChange: (beyond: Beyond) => void;
}) {
  const { name, at, faultAt, value, onChange } = props;
  const choose = (policy: string): void => {
    if (policy === 'grace') onChange({ policy, amount: '' });
    else if (policy === 'overage') onChange({ policy, unit_price_minor: '', currency: 'usd' });
    else onChange({ policy: 'block' });
  };
  return (
    <>
      <NativeSelect
        aria-label={`Beyond the limit of ${name}`}
        value={value.policy}
        data={POLICIES}
        error={value.policy === 'block' ? faultAt(at) : undefined}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {value.policy === 'grace' && (
        <TextInput
          aria-label={`Let through of ${name}`}
          inputMode="decimal"
          placeholder="How much more"
          value={value.amount}
          error={faultAt(at)}
          onChange={(event) => onChange({ ...value, amount: event.currentTarget.value })}
        />
      )}
      {value.policy === 'overage' && (
        <>
          <TextInput
            aria-label={`Price of one ${name}, in minor units`}
            inputMode="decimal"
            rightSection={<span className="quiet small">minor, each</span>}
            rightSectionWidth={92}
            value={value.unit_price_minor}
            error={faultAt(`${at}/unit_price_minor`)}
            onChange={(event) =>
              onChange({ ...value, unit_price_minor: event.currentTarget.value })
            }
          />
          <TextInput
            aria-label={`Currency of the price of one ${name}`}
            maxLength={3}
            w={72}
            value={value.currency}
            error={faultAt(`${at}/currency`)}
            onChange={(event) => onChange({ ...value, currency: event.currentTarget.value })}
          />
        </>
      )}
    </>
  );
}
