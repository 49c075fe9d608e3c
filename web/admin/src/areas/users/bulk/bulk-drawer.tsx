import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import {
  beginBulkDeed,
  BULK,
  type BulkPreview,
  type Chosen,
  type TriedBulkDeed,
} from '../../../api/bulk.ts';
import { TryDrawer } from '../../../forms/try-drawer.tsx';
import { counted, showCount } from '../../../words/quantities.ts';
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

function Foreseen({ of }: { readonly of: BulkPreview }) {
  const rest = of.users - of.refused - of.sample.length;
  return (
    <div className="stack">
      <p>
        It will be done to <strong>{counted(of.users - of.refused, 'user')}</strong>
        {of.refused > 0 && <>, and not to {showCount(of.refused)} of them</>}, some at a time. It
        can be stopped at any moment.
      </p>
      {of.sample.length > 0 && (
        <ul className="plain-rows small">
          {of.sample.map(({ user, name, email }) => (
            <li key={user}>
              {name ?? email} <span className="quiet">{name === null ? user : email}</span>
            </li>
          ))}
          {rest > 0 && <li className="quiet">and {showCount(rest)} more</li>}
        </ul>
      )}
      {of.refusals.length > 0 && (
        <table className="changes">
          <thead>
            <tr>
              <th scope="col">Why not</th>
              <th scope="col">Users</th>
            </tr>
          </thead>
          <tbody>
            {of.refusals.map(({ code, detail, users }) => (
              <tr key={code}>
                <th scope="row">{detail}</th>
                <td>{showCount(users)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
