import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { StatedFeature } from '../../../api/plans/features.ts';
import type { FaultAt } from '../../../forms/faults.ts';
import { AVAILABILITY, KINDS, MISSING, optionsOf } from './feature-words.ts';
import { KeyField, NameField } from './key-and-name.tsx';

interface FieldsProps {
  readonly isNew: boolean;
  readonly name: string;
  readonly onName: (key: string) => void;
  readonly stated: StatedFeature;
  readonly onChange: (change: Partial<StatedFeature>) => void;
  readonly faultAt: FaultAt;
}

/** What can be said of a feature; its key and kind are said once. */
export function FeatureFields(props: FieldsProps) {
  const { isNew, stated, onChange, faultAt } = props;
  return (
    <>
      {isNew && (
        <KeyField
          value={props.name}
          fault={faultAt('key') ?? faultAt('feature')}
          onChange={props.onName}
        />
      )}
      <NativeSelect
        label="Kind"
        disabled={!isNew}
        description={isNew ? undefined : 'What it counts cannot change under those who hold it.'}
        value={stated.kind}
        data={optionsOf(KINDS)}
        onChange={(event) => onChange({ kind: event.currentTarget.value as StatedFeature['kind'] })}
      />
      <NameField
        isNew={isNew}
        value={stated.name}
        fault={faultAt('name')}
        onChange={(name) => onChange({ name })}
      />
      <Textarea
        label="Description"
        autosize
        maxLength={2_000}
        value={stated.description}
        error={faultAt('description')}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <CountFields {...props} />
      <FallbackFields {...props} />
    </>
  );
}

/** For what is counted. */
function CountFields({ stated, onChange, faultAt }: FieldsProps) {
  return (
    <>
      {(stated.kind === 'metered' || stated.kind === 'level') && (
        <TextInput
          label="Unit"
          description="What one of it is called, such as minute."
          maxLength={100}
          value={stated.unit ?? ''}
          error={faultAt('unit')}
          onChange={(event) => onChange({ unit: orNull(event.currentTarget.value) })}
        />
      )}
      {stated.kind === 'metered' && (
        <TextInput
          label="Event of its commits"
          description="Its own key where nothing is said."
          maxLength={63}
          value={stated.commit_event ?? ''}
          error={faultAt('commit_event')}
          onChange={(event) => onChange({ commit_event: orNull(event.currentTarget.value) })}
        />
      )}
    </>
  );
}

/** What holds where a version or this system has nothing to say. */
function FallbackFields({ stated, onChange }: FieldsProps) {
  return (
    <>
      <NativeSelect
        label="Versions that are older than it"
        value={stated.when_missing}
        data={optionsOf(MISSING)}
        onChange={(event) =>
          onChange({ when_missing: event.currentTarget.value as StatedFeature['when_missing'] })
        }
      />
      <NativeSelect
        label="While this system cannot answer"
        value={stated.on_unavailable}
        data={optionsOf(AVAILABILITY)}
        onChange={(event) =>
          onChange({ on_unavailable: event.currentTarget.value as StatedFeature['on_unavailable'] })
        }
      />
    </>
  );
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}
