import { Button, Checkbox, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { makeKey, SCOPES } from '../../api/operations/keys.ts';
import { Drawer } from '../../parts/drawers/drawer.tsx';
import { Fault } from '../../parts/states.tsx';
import { Copyable } from '../../parts/values.tsx';

const MEANINGS: Readonly<Record<(typeof SCOPES)[number], string>> = {
  usage: 'Record usage: track, reservations, levels',
  read: 'Ask: check, users, usage, entitlements',
  users: 'Make users known',
  billing: 'Checkout, changes of subscriptions, links, invoices',
};

/** Makes a key and shows its secret, this once. */
export function NewKey({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([...SCOPES]);
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const making = useMutation({
    mutationFn: () => makeKey({ name: name.trim(), scopes, reason: reason.trim() }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!making.isPending) making.mutate();
  };
  if (making.data !== undefined) {
    return <Made secret={making.data.secret} name={making.data.name} onClose={onClose} />;
  }
  return (
    <Drawer onClose={onClose} title="New key">
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label="Name"
            description="Which app asks with it."
            required
            maxLength={100}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox.Group label="What it may" value={scopes} onChange={setScopes}>
            <Stack gap={8} mt={6}>
              {SCOPES.map((scope) => (
                <Checkbox key={scope} value={scope} label={scope} description={MEANINGS[scope]} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Textarea
            label="Reason"
            description="Kept in the audit trail."
            required
            minLength={3}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Fault error={making.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              disabled={scopes.length === 0 || name.trim() === '' || reason.trim().length < 3}
              loading={making.isPending}
            >
              Make the key
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}

function Made(props: {
  readonly secret: string;
  readonly name: string;
  readonly onClose: () => void;
}) {
  return (
    <Drawer onClose={props.onClose} title={props.name}>
      <Stack gap="md">
        <p className="message note">
          Copy it now and keep it where secrets are kept; it is not shown again.
        </p>
        <Copyable text={props.secret} what="the key" />
        <Group justify="flex-end">
          <Button onClick={props.onClose}>I have kept it</Button>
        </Group>
      </Stack>
    </Drawer>
  );
}
