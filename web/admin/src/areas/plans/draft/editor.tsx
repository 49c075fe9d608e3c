import { Button, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type SubmitEvent } from 'react';
import { featuresQuery } from '../../../api/plans/features.ts';
import type { Terms } from '../../../api/plans/drafts.ts';
import { isReason } from '../../../deeds/reason-field.tsx';
import { AmountsField } from '../../../forms/amounts.tsx';
import { FaultList } from '../../../forms/fault-list.tsx';
import { faultsIn, type FaultAt } from '../../../forms/faults.ts';
import { Failed, Loading } from '../../../parts/states.tsx';
import { ExtraSeatFields } from './extra-seat-fields.tsx';
import { TermsField } from './terms-field.tsx';
import type { Editing } from './use-editing.ts';

const WITHIN = 'content';

/** All that a plan says, each field with what the server finds wrong with it. */
export function Editor(props: { readonly editing: Editing; readonly isOver: boolean }) {
  const { editing, isOver } = props;
  const { problem } = editing;
  const faultAt = faultsIn(problem, WITHIN);
  const fields = useRef<HTMLDivElement>(null);
  // Whoever saves stands at the end of a long page, and what is wrong may be at its beginning.
  useEffect(() => {
    if (problem !== null) focusFirstFault(fields.current);
  }, [problem]);
  return (
    <div className="stack" ref={fields}>
      <div className="two-columns">
        <section className="card" aria-label="What customers read">
          <h2>What customers read</h2>
          <Words editing={editing} faultAt={faultAt} />
        </section>
        <section className="card" aria-label="Prices">
          <h2>Prices</h2>
          <PriceFields editing={editing} faultAt={faultAt} />
        </section>
      </div>
      <section className="card" aria-label="Features">
        <h2>Features</h2>
        <FeatureFields editing={editing} faultAt={faultAt} />
      </section>
      {!isOver && <FaultList problem={problem} within={WITHIN} />}
      {!isOver && <SaveBar editing={editing} />}
    </div>
  );
}

function focusFirstFault(within: HTMLElement | null): void {
  const field = within?.querySelector<HTMLElement>('[aria-invalid=true]');
  field?.focus();
}

interface PartProps {
  readonly editing: Editing;
  readonly faultAt: FaultAt;
}

function Words({ editing: { content, change }, faultAt }: PartProps) {
  return (
    <div className="stack">
      <TextInput
        label="Name"
        required
        maxLength={200}
        value={content.name}
        error={faultAt('name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <Textarea
        label="Description"
        autosize
        minRows={2}
        maxLength={2_000}
        value={content.description ?? ''}
        error={faultAt('description')}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <NumberInput
        label="Days to try it"
        description="For accounts that have never bought anything; 0 is not at all."
        min={0}
        max={730}
        allowDecimal={false}
        value={content.trial_days ?? 0}
        error={faultAt('trial_days')}
        onChange={(days) => change({ trial_days: Number(days) })}
      />
    </div>
  );
}

function PriceFields({ editing: { content, change }, faultAt }: PartProps) {
  return (
    <div className="stack">
      <AmountsField
        legend="Price of a month"
        hint="Yearly prices are made by the pricing rule. Without any it is sold by agreement."
        at="monthly_prices"
        faultAt={faultAt}
        value={content.monthly_prices}
        onChange={(prices) => change({ monthly_prices: prices })}
      />
      <ExtraSeatFields
        value={content.extra_seat}
        faultAt={faultAt}
        onChange={(seat) => change({ extra_seat: seat })}
      />
    </div>
  );
}

function FeatureFields({ editing: { content, change }, faultAt }: PartProps) {
  const { data, error, refetch } = useQuery(featuresQuery);
  if (data === undefined && error !== null) {
    return <Failed error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Loading rows={10} />;
  const set = (key: string, terms: Terms): void =>
    change({ features: { ...content.features, [key]: terms } });
  return (
    <div className="terms">
      {data.map((feature) => (
        <TermsField
          key={feature.feature}
          feature={feature}
          terms={content.features[feature.feature] ?? false}
          faultAt={faultAt}
          onChange={(terms) => set(feature.feature, terms)}
        />
      ))}
    </div>
  );
}

/** Always in sight, however long the list of features is. */
function SaveBar({ editing }: { readonly editing: Editing }) {
  const [reason, setReason] = useState('');
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (editing.isDirty && !editing.isSaving && isReason(reason)) editing.save(reason.trim());
  };
  return (
    <form className="save-bar" onSubmit={submit} aria-label="Save">
      <TextInput
        className="grow"
        aria-label="Reason"
        placeholder="Reason, kept in the audit trail"
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button
        type="submit"
        loading={editing.isSaving}
        disabled={!editing.isDirty || !isReason(reason)}
      >
        {editing.isDirty ? 'Save the draft' : 'Saved'}
      </Button>
    </form>
  );
}
