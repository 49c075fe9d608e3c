import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { beginBulkDeed, BULK, type Chosen, type TriedBulkDeed } from '../../../api/bulk.ts';
import { TryDrawer } from '../../../forms/try-drawer.tsx';
import { Foreseen } from './foreseen.tsx';
import type { BULK_KINDS } from './kinds.ts';
import { firstTerms, TermsFields, type Terms } from './terms-fields.tsx';

/** Something done to many: what, then to whom and to whom not, then why; then how far it is. */
export function BulkDrawer(props: {
  readonly of: (typeof BULK_KINDS)[number];
  readonly chosen: Chosen;
  readonly onClose: () => void;
}) {
  const { of, chosen } = props;
  const navigate = useNavigate();
  const [terms, setTerms] = useState<Terms>(firstTerms(of.kind));
  // How many have been looked at: where there are others by now, they are looked at again.
  const seen = useRef(0);
  return (
    <TryDrawer<TriedBulkDeed>
      title={of.title}
      verb={of.verb}
      isGrave={of.isGrave === true}
      done="It has begun"
      refreshes={BULK}
      isReady={terms !== undefined}
      attempt={async (attempt) => {
        const expected = attempt.dry_run ? {} : { expected_users: seen.current };
        const wanted = { kind: of.kind, ...terms, ...chosen, ...attempt, ...expected };
        const tried = await beginBulkDeed(wanted);
        seen.current = tried.preview?.users ?? seen.current;
        return tried;
      }}
      tell={({ preview }) => preview !== null && <Foreseen of={preview} />}
      onDone={({ bulk_deed: deed }) => {
        if (deed === null) return;
        void navigate({ to: '/bulk-deeds/$deed', params: { deed: deed.id } });
      }}
      onClose={props.onClose}
    >
      {() => <TermsFields kind={of.kind} onChange={setTerms} />}
    </TryDrawer>
  );
}
