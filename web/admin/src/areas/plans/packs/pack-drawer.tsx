import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { featuresQuery } from '../../../api/plans/features.ts';
import {
  changePack,
  packsQuery,
  sellPack,
  type Pack,
  type PutPack,
  type StatedPack,
} from '../../../api/plans/packs.ts';
import { PLANS } from '../../../api/plans/versions.ts';
import { AmountsField } from '../../../forms/amounts.tsx';
import { faultsIn, type FaultAt } from '../../../forms/faults.ts';
import { TryDrawer } from '../../../forms/try-drawer.tsx';
import { DifferencesTable } from '../../../parts/differences-table.tsx';
import { differencesOf, type Difference } from '../../../words/differences.ts';
import { KeyField, NameField } from '../parts/key-and-name.tsx';

const WITHIN = 'pack';
const EMPTY: StatedPack = { name: '', feature: '', amount: '', valid_days: 365, prices: {} };

/** Sells a new pack, another version of one, or one again that was withdrawn. */
export function PackDrawer(props: { readonly of?: Pack; readonly onClose: () => void }) {
  const { of, onClose } = props;
  const [key, setKey] = useState(of?.key ?? '');
  const [stated, setStated] = useState<StatedPack>(of === undefined ? EMPTY : statedOf(of));
  const [shown, setShown] = useState(of);
  const queries = useQueryClient();
  const isReturning = of !== undefined && of.withdrawn_at !== null;
  const onStale = async (): Promise<readonly Difference[]> => {
    const data = await queries.query({ ...packsQuery, staleTime: 0 });
    const now = data.find((pack) => pack.key === key);
    setShown(now);
    return differencesOf(shown && statedOf(shown), now && statedOf(now));
  };
  return (
    <TryDrawer<PutPack>
      title={titleOf(of, isReturning)}
      verb={of === undefined || isReturning ? 'Sell it' : 'Change it'}
      done={`${stated.name} is on sale`}
      refreshes={PLANS}
      within={WITHIN}
      isReady={key !== '' && stated.name.trim() !== '' && stated.feature !== ''}
      attempt={(attempt) =>
        shown === undefined || isReturning
          ? sellPack(key, stated, attempt)
          : changePack(shown, stated, attempt)
      }
      tell={({ before, after }) => (
        <>
          <p>
            It is sold as <strong>version {after.version}</strong>; what was bought stays as it was
            bought.
          </p>
          <DifferencesTable of={differencesOf(before && statedOf(before), statedOf(after))} />
        </>
      )}
      undoOf={({ undo }) => undo}
      onStale={onStale}
      onClose={onClose}
    >
      {(problem) => (
        <>
          {of === undefined && (
            <KeyField value={key} fault={faultsIn(problem, WITHIN)('key')} onChange={setKey} />
          )}
          <Fields
            stated={stated}
            isNew={of === undefined}
            onChange={(change) => setStated({ ...stated, ...change })}
            faultAt={faultsIn(problem, WITHIN)}
          />
        </>
      )}
    </TryDrawer>
  );
}

function titleOf(of: Pack | undefined, isReturning: boolean): string {
  if (of === undefined) return 'New pack';
  return isReturning ? `Sell ${of.name} again` : `Change ${of.name}`;
}

function Fields(props: {
  readonly stated: StatedPack;
  readonly isNew: boolean;
  readonly onChange: (change: Partial<StatedPack>) => void;
  readonly faultAt: FaultAt;
}) {
  const { stated, isNew, onChange, faultAt } = props;
  const { data: features = [] } = useQuery(featuresQuery);
  const metered = features.filter(({ kind }) => kind === 'metered');
  const choices = metered.map(({ feature, name }) => ({ value: feature, label: name }));
  return (
    <>
      <NameField
        description="Customers read it where they buy it."
        isNew={isNew}
        value={stated.name}
        fault={faultAt('name')}
        onChange={(name) => onChange({ name })}
      />
      <NativeSelect
        label="Feature"
        description="Metered ones alone are sold in packs."
        value={stated.feature}
        error={faultAt('feature')}
        data={[{ value: '', label: 'Choose one' }, ...choices]}
        onChange={(event) => onChange({ feature: event.currentTarget.value })}
      />
      <TextInput
        label="Amount"
        inputMode="decimal"
        required
        value={stated.amount}
        error={faultAt('amount')}
        onChange={(event) => onChange({ amount: event.currentTarget.value })}
      />
      <TextInput
        label="Days that it lasts"
        description="From when it is bought; without end where nothing is said."
        inputMode="numeric"
        value={stated.valid_days === null ? '' : String(stated.valid_days)}
        error={faultAt('valid_days')}
        onChange={(event) => onChange({ valid_days: daysOf(event.currentTarget.value) })}
      />
      <AmountsField
        legend="Price"
        at="prices"
        faultAt={faultAt}
        value={stated.prices}
        onChange={(prices) => onChange({ prices })}
      />
    </>
  );
}

function daysOf(text: string): number | null {
  const digits = text.replaceAll(/\D/g, '').slice(0, 6);
  return digits === '' ? null : Number(digits);
}

function statedOf({ name, feature, amount, valid_days, prices }: Pack): StatedPack {
  const byCurrency = prices.map((price) => [price.currency, price.amount] as const);
  return { name, feature, amount, valid_days, prices: Object.fromEntries(byCurrency) };
}
