import { NativeSelect, Switch, TagsInput, TextInput } from '@mantine/core';
import type { Beyond, Terms } from '../../../api/plans/drafts.ts';
import type { CatalogueFeature } from '../../../api/plans/features.ts';
import type { FaultAt } from '../../../forms/faults.ts';
import { BeyondField } from './beyond-field.tsx';

interface FieldProps<T> {
  readonly feature: CatalogueFeature;
  readonly terms: T;
  readonly faultAt: FaultAt;
  readonly onChange: (terms: Terms) => void;
}

/** How much of one feature a plan grants, said as the feature's kind has it. */
export function TermsField(props: FieldProps<Terms>) {
  const { feature, terms } = props;
  const fault = props.faultAt(`features/${feature.feature}`);
  return (
    <div className="term" role="group" aria-label={feature.name}>
      <div className="term-name">
        {feature.name}
        <div className="quiet small mono">{feature.feature}</div>
      </div>
      <div className="term-fields">
        {feature.kind === 'boolean' ? (
          <Switch
            aria-label={`${feature.name} is granted`}
            label={terms === true ? 'Granted' : 'Not granted'}
            checked={terms === true}
            error={fault}
            onChange={(event) => props.onChange(event.currentTarget.checked)}
          />
        ) : feature.kind === 'value' ? (
          <ValueField {...props} />
        ) : (
          <LimitField {...props} />
        )}
      </div>
    </div>
  );
}

const LIMITS = [
  { value: 'none', label: 'Not granted' },
  { value: 'limit', label: 'Up to' },
  { value: 'unlimited', label: 'Unlimited' },
];

function LimitField({ feature, terms, faultAt, onChange }: FieldProps<Terms>) {
  const { feature: key, name, unit, kind } = feature;
  const limited = typeof terms === 'object' && 'limit' in terms ? terms : null;
  const how = limited === null ? 'none' : limited.limit === null ? 'unlimited' : 'limit';
  const at = `features/${key}`;
  const set = (limit: string | null, beyond?: Beyond): void =>
    onChange(kind === 'metered' && beyond !== undefined ? { limit, beyond } : { limit });
  const choose = (chosen: string): void => {
    if (chosen === 'none') onChange(false);
    else set(chosen === 'unlimited' ? null : (limited?.limit ?? ''));
  };
  return (
    <>
      <NativeSelect
        aria-label={`How much of ${name}`}
        value={how}
        data={LIMITS}
        error={how === 'limit' ? undefined : faultAt(at)}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {limited !== null && limited.limit !== null && (
        <TextInput
          aria-label={`Limit of ${name}`}
          inputMode="decimal"
          rightSection={unit !== null && <span className="quiet small">{unit}</span>}
          rightSectionWidth={unit === null ? 0 : 24 + unit.length * 7}
          value={limited.limit}
          error={faultAt(`${at}/limit`)}
          onChange={(event) => set(event.currentTarget.value, limited.beyond)}
        />
      )}
      {kind === 'metered' && limited !== null && limited.limit !== null && (
        <BeyondField
          name={name}
          at={`${at}/beyond`}
          faultAt={faultAt}
          value={limited.beyond ?? { policy: 'block' }}
          onChange={(beyond) => set(limited.limit, beyond)}
        />
      )}
    </>
  );
}

const VALUES = [
  { value: 'none', label: 'Not granted' },
  { value: 'one', label: 'One value' },
  { value: 'some', label: 'Some of' },
  { value: 'all', label: 'All' },
];

function howMany(terms: Terms): string {
  if (typeof terms !== 'object') return 'none';
  if ('value' in terms) return 'one';
  if (!('values' in terms)) return 'none';
  return terms.values.includes('*') ? 'all' : 'some';
}

function ValueField({ feature, terms, faultAt, onChange }: FieldProps<Terms>) {
  const { feature: key, name } = feature;
  const fault = faultAt(`features/${key}`);
  const how = howMany(terms);
  const choose = (chosen: string): void => {
    if (chosen === 'none') onChange(false);
    else if (chosen === 'one') onChange({ value: '' });
    else onChange({ values: chosen === 'all' ? ['*'] : [] });
  };
  return (
    <>
      <NativeSelect
        aria-label={`Which of ${name}`}
        value={how}
        data={VALUES}
        error={how === 'none' ? fault : undefined}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {how === 'one' && typeof terms === 'object' && 'value' in terms && (
        <TextInput
          aria-label={`Value of ${name}`}
          value={terms.value}
          error={fault}
          onChange={(event) => onChange({ value: event.currentTarget.value })}
        />
      )}
      {how === 'some' && typeof terms === 'object' && 'values' in terms && (
        <TagsInput
          className="grow"
          aria-label={`Values of ${name}`}
          placeholder="Write one, then Enter"
          value={[...terms.values]}
          error={fault}
          onChange={(values) => onChange({ values })}
        />
      )}
    </>
  );
}
