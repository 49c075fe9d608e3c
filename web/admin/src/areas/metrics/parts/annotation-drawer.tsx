import { Button, Group, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import {
  ANNOTATION_KINDS,
  removeAnnotation,
  saveAnnotation,
  type Annotation,
  type AnnotationTerms,
} from '../../../api/metrics/annotations.ts';
import { Drawer } from '../../../parts/drawers/drawer.tsx';
import { Fault } from '../../../parts/states.tsx';
import { spoken } from '../../../words/quantities.ts';
import { useToday } from '../controls/use-asked.ts';

/** Writes something beside the figures of a day, or changes what was written. */
export function AnnotationDrawer(props: {
  readonly of?: Annotation;
  readonly onClose: () => void;
}) {
  const { of, onClose } = props;
  const today = useToday();
  const [terms, setTerms] = useState<AnnotationTerms>(
    of ?? { day: today, until_day: null, kind: 'note', title: '', detail: '' },
  );
  const queries = useQueryClient();
  const onSuccess = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['annotations'] });
    onClose();
  };
  const saving = useMutation({ mutationFn: () => saveAnnotation(written(terms), of), onSuccess });
  const removing = useMutation({
    mutationFn: (known: Annotation) => removeAnnotation(known),
    onSuccess,
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!saving.isPending) saving.mutate();
  };
  return (
    <Drawer onClose={onClose} title={of === undefined ? 'New annotation' : of.title}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Fields terms={terms} onChange={(change) => setTerms({ ...terms, ...change })} />
          <Fault error={saving.error ?? removing.error} />
          <Group>
            <Button type="submit" loading={saving.isPending}>
              Keep it
            </Button>
            {of !== undefined && (
              <Button
                variant="default"
                loading={removing.isPending}
                onClick={() => removing.mutate(of)}
              >
                Take it away
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}

/** The terms alone, of what may have come with more. */
function written({ day, until_day: until, kind, title, detail }: AnnotationTerms): AnnotationTerms {
  return { day, until_day: until, kind, title: title.trim(), detail };
}

function Fields(props: {
  readonly terms: AnnotationTerms;
  readonly onChange: (change: Partial<AnnotationTerms>) => void;
}) {
  const { terms, onChange } = props;
  return (
    <>
      <TextInput
        label="What"
        required
        maxLength={120}
        data-autofocus
        value={terms.title}
        onChange={(event) => onChange({ title: event.currentTarget.value })}
      />
      <NativeSelect
        label="Kind"
        value={terms.kind}
        data={ANNOTATION_KINDS.map((value) => ({ value, label: spoken(value) }))}
        onChange={(event) => onChange({ kind: event.currentTarget.value })}
      />
      <Group grow>
        <TextInput
          type="date"
          label="Day"
          required
          value={terms.day}
          onChange={(event) => onChange({ day: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label="Until"
          min={terms.day}
          value={terms.until_day ?? ''}
          onChange={(event) => onChange({ until_day: event.currentTarget.value || null })}
        />
      </Group>
      <Textarea
        label="More"
        maxLength={2_000}
        autosize
        minRows={3}
        value={terms.detail}
        onChange={(event) => onChange({ detail: event.currentTarget.value })}
      />
    </>
  );
}
