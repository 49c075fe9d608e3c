import { NativeSelect, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ExtraSeat } from '../../../api/plans/drafts.ts';
import { featuresQuery } from '../../../api/plans/features.ts';
import { AmountsField } from '../../../forms/amounts.tsx';
import type { FaultAt } from '../../../forms/faults.ts';

/** What a seat beyond the included ones costs, where any are sold. */
export function ExtraSeatFields(props: {
  readonly value: ExtraSeat | undefined;
  readonly faultAt: FaultAt;
  readonly onChange: (seat: ExtraSeat | undefined) => void;
}) {
  const { value, faultAt, onChange } = props;
  const { data = [] } = useQuery(featuresQuery);
  const levels = data.filter(({ kind }) => kind === 'level');
  const usual = levels.find(({ feature }) => feature.includes('seat')) ?? levels[0];
  if (usual === undefined && value === undefined) return null;
  const begin = { feature: usual?.feature ?? '', monthly_prices: { usd: '' } };
  return (
    <>
      <Switch
        label="Further seats are sold"
        checked={value !== undefined}
        onChange={(event) => onChange(event.currentTarget.checked ? begin : undefined)}
      />
      {value !== undefined && (
        <>
          <NativeSelect
            label="What a seat is one more of"
            value={value.feature}
            error={faultAt('extra_seat/feature')}
            data={levels.map(({ feature, name }) => ({ value: feature, label: name }))}
            onChange={(event) => onChange({ ...value, feature: event.currentTarget.value })}
          />
          <AmountsField
            legend="Price of a seat and month"
            at="extra_seat/monthly_prices"
            faultAt={faultAt}
            value={value.monthly_prices}
            onChange={(prices) => onChange({ ...value, monthly_prices: prices })}
          />
        </>
      )}
    </>
  );
}
