import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Draft } from '../../../api/plans/drafts.ts';
import { allPlansQuery } from '../../../api/plans/versions.ts';
import { DifferencesTable } from '../../../parts/differences-table.tsx';
import { differencesOf } from '../../../words/differences.ts';
import { BeginDraft } from './begin-draft.tsx';
import type { Editing } from './use-editing.ts';

/**
 * A colleague has published the draft, or thrown it away, under the hands of somebody who had more
 * to say: that is kept, and goes on in the next draft of the plan.
 */
export function Ended(props: {
  readonly editing: Editing;
  /** The one that is open now, if there is one. */
  readonly next: Draft | undefined;
  readonly onGoOn: (next: Draft) => void;
  readonly onLeave: () => void;
}) {
  const { editing, next, onGoOn, onLeave } = props;
  const { saved, content } = editing;
  const [isBeginning, setBeginning] = useState(false);
  const since = next === undefined ? [] : differencesOf(saved.content, next.content);
  return (
    <section className="card" aria-label="The draft has ended">
      <h2>The draft has ended</h2>
      <Stack gap="md">
        <p className="message note" role="status">
          <HowItEnded of={saved} /> What you have changed is still here, and not saved.
        </p>
        <div className="two-columns">
          <section aria-label="What you have changed">
            <h3>What you have changed</h3>
            <DifferencesTable of={differencesOf(saved.content, content)} />
          </section>
          {next !== undefined && (
            <section aria-label="What others have changed">
              <h3>What others have changed</h3>
              {since.length === 0 && <p className="quiet">Nothing.</p>}
              <DifferencesTable of={since} />
            </section>
          )}
        </div>
        {next !== undefined && (
          <p className="quiet">
            Both go into the new draft. Where both have changed the same, yours holds; nothing is
            saved before you save it.
          </p>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onLeave}>
            Leave mine
          </Button>
          {next === undefined ? (
            <Button onClick={() => setBeginning(true)}>Begin a new draft</Button>
          ) : (
            <Button onClick={() => onGoOn(next)}>Go on with both</Button>
          )}
        </Group>
        {isBeginning && next === undefined && (
          <BeginDraft
            plan={saved.plan}
            onBegun={() => setBeginning(false)}
            onClose={() => setBeginning(false)}
          />
        )}
      </Stack>
    </section>
  );
}

function HowItEnded({ of: { plan, based_on: version } }: { readonly of: Draft }) {
  const { data } = useQuery(allPlansQuery);
  const onSale = data?.find((each) => each.plan === plan)?.on_sale ?? null;
  if (onSale === null || onSale === version) return <>Somebody has thrown this draft away.</>;
  return <>Somebody has published this draft: version {onSale} is on sale.</>;
}
