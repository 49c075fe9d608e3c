import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  addFeature,
  changeFeature,
  featuresQuery,
  type CatalogueFeature,
  type DefinedFeature,
  type StatedFeature,
} from '../../api/plans/features.ts';
import { PLANS } from '../../api/plans/versions.ts';
import { faultsIn } from '../../forms/faults.ts';
import { TryDrawer } from '../../forms/try-drawer.tsx';
import { DifferencesTable } from '../../parts/differences-table.tsx';
import { differencesOf, type Difference } from '../../words/differences.ts';
import { FeatureFields } from './parts/feature-fields.tsx';

const EMPTY: StatedFeature = {
  kind: 'boolean',
  name: '',
  description: '',
  unit: null,
  when_missing: 'deny',
  on_unavailable: 'last_known',
  commit_event: null,
};

/** Adds a feature, or says something else of one; its kind stays what it was. */
export function FeatureDrawer(props: {
  readonly of?: CatalogueFeature;
  readonly onClose: () => void;
}) {
  const { of, onClose } = props;
  const [key, setKey] = useState(of?.feature ?? '');
  const [stated, setStated] = useState<StatedFeature>(statedOf(of));
  const [shown, setShown] = useState(of);
  const queries = useQueryClient();
  const onStale = async (): Promise<readonly Difference[]> => {
    const data = await queries.query({ ...featuresQuery, staleTime: 0 });
    const now = data.find(({ feature }) => feature === key);
    setShown(now);
    return differencesOf(statedOf(shown), statedOf(now));
  };
  return (
    <TryDrawer<DefinedFeature>
      title={of === undefined ? 'Add a feature' : `Change ${of.name}`}
      verb={of === undefined ? 'Add it' : 'Change it'}
      done={of === undefined ? `${stated.name} is added` : `${stated.name} is changed`}
      refreshes={PLANS}
      isReady={key !== '' && stated.name.trim() !== ''}
      attempt={(attempt) =>
        shown === undefined
          ? addFeature(key, stated, attempt)
          : changeFeature(shown, stated, attempt)
      }
      tell={({ before, after }) => (
        <DifferencesTable of={differencesOf(told(before), told(after))} />
      )}
      onStale={onStale}
      onClose={onClose}
    >
      {(problem) => (
        <FeatureFields
          isNew={of === undefined}
          name={key}
          onName={setKey}
          stated={stated}
          onChange={(change) => setStated({ ...stated, ...change })}
          faultAt={faultsIn(problem)}
        />
      )}
    </TryDrawer>
  );
}

function statedOf(feature: CatalogueFeature | undefined): StatedFeature {
  if (feature === undefined) return EMPTY;
  const { kind, name, description, unit } = feature;
  const { when_missing, on_unavailable, commit_event } = feature;
  return { kind, name, description, unit, when_missing, on_unavailable, commit_event };
}

/** Without the number by which a change names what it changes. */
function told(feature: object | null): object | null {
  if (feature === null) return null;
  return Object.fromEntries(Object.entries(feature).filter(([name]) => name !== 'version'));
}
