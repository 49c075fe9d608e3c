import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  differenceQuery,
  saveDraft,
  type Difference,
  type Draft,
} from '../../../api/plans/drafts.ts';
import { PLANS } from '../../../api/plans/versions.ts';
import { useMay } from '../../../api/session.ts';
import { ReasonDrawer } from '../../../deeds/reason-drawer.tsx';
import { Empty, Failed, Loading } from '../../../parts/states.tsx';
import { PlaceChanges } from '../parts/place-changes.tsx';
import { Prices } from '../parts/prices.tsx';
import type { Editing } from './use-editing.ts';

/** What publishing the draft would change of what is on sale. */
export function DifferenceView({ editing }: { readonly editing: Editing }) {
  const { saved, isDirty } = editing;
  const { data, error, refetch } = useQuery(differenceQuery(saved));
  if (data === undefined && error !== null) {
    return <Failed error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Loading rows={8} />;
  return (
    <div className="stack">
      {isDirty && <p className="message note">What you have not saved is not in it.</p>}
      {data.outdated && <Outdated draft={saved} difference={data} />}
      {data.becomes === null ? (
        <Empty title="The draft says what is on sale already" />
      ) : (
        <Told of={data} becomes={data.becomes} />
      )}
    </div>
  );
}

function Told(props: { readonly of: Difference; readonly becomes: number }) {
  const { of, becomes } = props;
  const against = of.on_sale === null ? 'nothing, since it is not sold' : `version ${of.on_sale}`;
  return (
    <>
      <section className="card scrolls" aria-label="Difference" tabIndex={0}>
        <h2>
          Version {becomes}, against {against}
        </h2>
        <PlaceChanges of={of.differences} />
      </section>
      <section className="card" aria-label="Prices">
        <h2>It would be sold for</h2>
        <Prices of={of.prices} />
      </section>
    </>
  );
}

/** Somebody else published meanwhile: what that changed must have been looked at. */
function Outdated(props: { readonly draft: Draft; readonly difference: Difference }) {
  const { draft, difference } = props;
  const mayWrite = useMay()('plans.write');
  const [isKeeping, setKeeping] = useState(false);
  const now =
    difference.on_sale === null ? 'It was withdrawn' : `Version ${difference.on_sale} went on sale`;
  return (
    <div className="message note">
      <Group justify="space-between">
        <span>
          {now} since this draft was begun. Look at the difference, which is against what is on sale
          now.
        </span>
        {mayWrite && (
          <Button size="xs" variant="default" onClick={() => setKeeping(true)}>
            Keep the draft on it
          </Button>
        )}
      </Group>
      {isKeeping && (
        <ReasonDrawer
          title="Keep the draft"
          verb="Keep it"
          done="The draft is on what is on sale now"
          refreshes={PLANS}
          onConfirm={(reason) => {
            const { version, content } = draft;
            return saveDraft(draft.id, { version, content, based_on: difference.on_sale, reason });
          }}
          onClose={() => setKeeping(false)}
        >
          <p>It stays as it is, and may be published in the place of what is on sale now.</p>
        </ReasonDrawer>
      )}
    </div>
  );
}
