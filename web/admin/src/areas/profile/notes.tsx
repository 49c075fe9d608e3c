import { Button, Stack, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { UserProfile } from '../../api/contract/users.ts';
import { useMay } from '../../api/session.ts';
import { writeNote } from '../../api/users.ts';
import { Instant } from '../../parts/instant.tsx';
import { Fault } from '../../parts/states.tsx';

/** What colleagues should know of this user. */
export function Notes({ profile }: { readonly profile: UserProfile }) {
  const may = useMay();
  return (
    <section className="card" aria-labelledby="notes">
      <h2 id="notes">Notes</h2>
      <Stack gap="sm">
        {profile.notes.map(({ id, created_at: at, staff, text }) => (
          <div key={id}>
            <div className="note-text">{text}</div>
            <div className="quiet small">
              {staff?.name ?? 'Somebody'}, <Instant at={at} />
            </div>
          </div>
        ))}
        {may('users.write') && <NoteForm user={profile.user} />}
      </Stack>
    </section>
  );
}

function NoteForm({ user }: { readonly user: string }) {
  const [text, setText] = useState('');
  const queries = useQueryClient();
  const writing = useMutation({
    mutationFn: () => writeNote(user, text.trim()),
    async onSuccess() {
      setText('');
      await queries.invalidateQueries({ queryKey: ['users'] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!writing.isPending && text.trim() !== '') writing.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Textarea
          id="new-note"
          label="New note"
          autosize
          minRows={2}
          maxLength={4_000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Fault error={writing.error} />
        <Button
          type="submit"
          size="xs"
          variant="default"
          disabled={text.trim() === ''}
          loading={writing.isPending}
        >
          Add the note
        </Button>
      </Stack>
    </form>
  );
}
