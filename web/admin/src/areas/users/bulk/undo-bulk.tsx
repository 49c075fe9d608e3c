import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Undo2 } from 'lucide-react';
import { useRef, useState } from 'react';
import {
  BULK,
  undoBulkDeed,
  type FollowedBulkDeed,
  type TriedBulkDeed,
} from '../../../api/bulk.ts';
import { useMay } from '../../../api/session.ts';
import { TryDrawer } from '../../../forms/try-drawer.tsx';
import { counted } from '../../../words/quantities.ts';
import { Foreseen } from './foreseen.tsx';
import { doneAs, mayDoToMany } from './kinds.ts';

/** Takes back what was done to many, once it has come to a rest. */
export function UndoBulk({ of }: { readonly of: FollowedBulkDeed }) {
  const { bulk_deed: deed, progress, undone_by: undoneBy } = of;
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const isUndoable = deed.state !== 'running' && deed.undoes === null && undoneBy === null;
  if (!isUndoable || progress.done === 0 || !mayDoToMany(may, deed.kind)) return null;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<Undo2 size={14} />}
        onClick={() => setOpen(true)}
      >
        Undo
      </Button>
      {isOpen && <UndoDrawer of={of} onClose={() => setOpen(false)} />}
    </>
  );
}

function UndoDrawer(props: { readonly of: FollowedBulkDeed; readonly onClose: () => void }) {
  const { bulk_deed: deed, progress } = props.of;
  const navigate = useNavigate();
  // How many have been looked at.
  const seen = useRef(0);
  return (
    <TryDrawer<TriedBulkDeed>
      title={`Undo: ${doneAs(deed)}`}
      verb="Undo it"
      isGrave
      done="The undo has begun"
      refreshes={BULK}
      isReady
      attempt={async (attempt) => {
        const expected = attempt.dry_run ? {} : { expected_users: seen.current };
        const tried = await undoBulkDeed(deed, { ...attempt, ...expected });
        seen.current = tried.preview?.users ?? seen.current;
        return tried;
      }}
      tell={({ preview }) => preview !== null && <Foreseen of={preview} isUndo />}
      onDone={({ bulk_deed: undo }) => {
        if (undo === null) return;
        void navigate({ to: '/bulk-deeds/$deed', params: { deed: undo.id } });
      }}
      onClose={props.onClose}
    >
      {() => (
        <p>
          It was done to {counted(progress.done, 'user')}. It is taken back from each who is still
          as it has left them; whoever was changed since then is left alone and reported.
        </p>
      )}
    </TryDrawer>
  );
}
