import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { beginDraft } from '../../api/plans/drafts.ts';
import { PLANS, type ListedPlan } from '../../api/plans/versions.ts';
import { isReason, ReasonField } from '../../deeds/reason-field.tsx';
import { Drawer } from '../../parts/drawers/drawer.tsx';
import { Fault } from '../../parts/states.tsx';

/** Begins a plan that there is not yet as a draft of one that there is. */
export function NewPlan(props: {
  readonly plans: readonly ListedPlan[];
  readonly onClose: () => void;
}) {
  const { plans, onClose } = props;
  const [slug, setSlug] = useState('');
  const [chosen, setChosen] = useState('');
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const from = chosen === '' ? (plans[0]?.plan ?? '') : chosen;
  const isTaken = plans.some(({ plan }) => plan === slug);
  const isForm = /^[a-z][a-z0-9_-]{0,62}$/.test(slug);
  const beginning = useMutation({
    mutationFn: () => beginDraft({ plan: slug, from, reason: reason.trim() }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: [PLANS] });
      await navigate({ to: '/plans/drafts/$plan', params: { plan: slug } });
    },
  });
  const isReady = isForm && !isTaken && isReason(reason);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isReady && !beginning.isPending) beginning.mutate();
  };
  return (
    <Drawer onClose={onClose} title="New plan">
      <form onSubmit={submit}>
        <Stack gap="md">
          <p>It begins as a draft that nobody else sees, and is sold once it is published.</p>
          <TextInput
            label="Slug"
            description="Small letters, digits, - and _; apps know the plan by it, for good."
            data-autofocus
            required
            maxLength={63}
            value={slug}
            error={slug === '' ? undefined : faultOf({ isForm, isTaken })}
            onChange={(event) => setSlug(event.currentTarget.value)}
          />
          <NativeSelect
            label="Begins as a copy of"
            value={from}
            onChange={(event) => setChosen(event.currentTarget.value)}
            data={plans.map(({ plan, name }) => ({ value: plan, label: name }))}
          />
          <ReasonField value={reason} onChange={setReason} />
          <Fault error={beginning.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!isReady} loading={beginning.isPending}>
              Begin the draft
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}

function faultOf(of: { readonly isForm: boolean; readonly isTaken: boolean }): string | undefined {
  if (of.isTaken) return 'There is a plan of this name.';
  return of.isForm ? undefined : 'Begins with a small letter; then small letters, digits, - and _.';
}
