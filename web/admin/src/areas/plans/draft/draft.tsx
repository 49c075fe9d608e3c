import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useBlocker, useNavigate } from '@tanstack/react-router';
import { Trash2, Upload } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { draftsQuery, type Draft as OpenDraft } from '../../../api/plans/drafts.ts';
import { useMay } from '../../../api/session.ts';
import { Conflict } from '../../../deeds/conflict.tsx';
import { Instant } from '../../../parts/instant.tsx';
import { Empty, Failed, Loading } from '../../../parts/states.tsx';
import { To } from '../../../parts/to.tsx';
import { Tag } from '../../../parts/values.tsx';
import { useOffer } from '../../../shell/view-deeds.ts';
import { PlansPage } from '../plans-page.tsx';
import { DifferenceView } from './difference-view.tsx';
import { Ended } from './ended.tsx';
import { Discard, Publish } from './ending.tsx';
import { Editor } from './editor.tsx';
import { EffectsView } from './effects-view.tsx';
import { useEditing, type Editing } from './use-editing.ts';
import { ViewChoice, type DraftView } from './view-choice.tsx';

const route = getRouteApi('/inside/plans/drafts/$plan');

/** What a plan is to become: edited, compared with what is sold, foreseen, and published. */
export function Draft() {
  const { plan } = route.useParams();
  const { data, error, refetch } = useQuery(draftsQuery);
  const present = data?.find((each) => each.plan === plan);
  // Kept under somebody's hands until they let go of it, whatever becomes of it meanwhile.
  const [held, setHeld] = useState<OpenDraft>();
  if (present !== undefined && held?.plan !== plan) setHeld(present);
  if (held?.plan === plan) {
    return <Open key={plan} held={held} present={present} onHold={setHeld} />;
  }
  return (
    <PlansPage title={`Draft of ${plan}`}>
      {data === undefined && error === null && <Loading rows={10} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && (
        <Empty title="There is no open draft of this plan">
          <span>It was published or thrown away.</span>
          <To to="/plans/versions/$plan" params={{ plan }}>
            Go to the plan
          </To>
        </Empty>
      )}
    </PlansPage>
  );
}

interface OpenProps {
  /** The draft that was opened. */
  readonly held: OpenDraft;
  /** The plan's open draft now, which is another one where somebody has ended that. */
  readonly present: OpenDraft | undefined;
  readonly onHold: (draft: OpenDraft | undefined) => void;
}

function Open({ held, present, onHold }: OpenProps) {
  const { plan } = held;
  const { view, user, deed } = route.useSearch();
  const navigate = useNavigate();
  const mayWrite = useMay()('plans.write');
  const isOver = present?.id !== held.id;
  const editing = useEditing(isOver ? held : present);
  useLeavingQuestion(editing.isDirty);
  useEndingDeeds(plan, mayWrite && !editing.isDirty && !isOver);
  const goOn = (next: OpenDraft | undefined): void => {
    if (next !== undefined) editing.moveTo(next);
    onHold(next);
  };
  useEffect(() => {
    if (isOver && !editing.isDirty) goOn(present);
  });
  const shown = isOver ? 'edit' : viewOf(view, mayWrite);
  const go = (search: Search): void => {
    const params = { plan };
    void navigate({ to: '/plans/drafts/$plan', params, search, replace: true });
  };
  const here = { view: shown, ...(user !== undefined && { user }) };
  const mayEnd = mayWrite && !isOver;
  return (
    <PlansPage
      title={`Draft of ${editing.saved.content.name}`}
      beside={<Standing of={editing.saved} />}
      deeds={
        mayEnd && (
          <EndingDeeds editing={editing} onDeed={(wanted) => go({ ...here, deed: wanted })} />
        )
      }
    >
      {isOver && <Ended editing={editing} next={present} onGoOn={goOn} onLeave={editing.forget} />}
      {!isOver && (
        <ViewChoice
          shown={shown}
          mayWrite={mayWrite}
          onChange={(next) => go({ ...here, view: next })}
        />
      )}
      {shown === 'edit' && <Editor editing={editing} isOver={isOver} />}
      {shown === 'difference' && <DifferenceView editing={editing} />}
      {shown === 'effects' && (
        <EffectsView
          draft={editing.saved}
          user={user ?? ''}
          onUser={(wanted) => go({ view: shown, ...(wanted !== '' && { user: wanted }) })}
        />
      )}
      {deed === 'publish' && mayEnd && <Publish draft={editing.saved} onClose={() => go(here)} />}
      {deed === 'discard' && mayEnd && (
        <Discard draft={editing.saved} onDone={editing.forget} onClose={() => go(here)} />
      )}
      {editing.conflict !== undefined && (
        <Conflict differences={editing.conflict} onGoOn={editing.goOn} onClose={editing.leave} />
      )}
    </PlansPage>
  );
}

interface Search {
  readonly view?: string;
  readonly user?: string;
  readonly deed?: string;
}

function useLeavingQuestion(isDirty: boolean): void {
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      isDirty &&
      current.pathname !== next.pathname &&
      !globalThis.confirm('What you have changed is not saved. Leave it?'),
    enableBeforeUnload: () => isDirty,
  });
}

/** What ends a draft is in the palette, too, but not while something is unsaved. */
function useEndingDeeds(plan: string, mayEnd: boolean): void {
  const navigate = useNavigate();
  const deeds = useMemo(() => {
    const open = (deed: string) => (): void =>
      void navigate({ to: '/plans/drafts/$plan', params: { plan }, search: { deed } });
    const ends = [
      { name: 'Publish the draft', run: open('publish') },
      { name: 'Throw the draft away', run: open('discard') },
    ];
    return mayEnd ? ends : [];
  }, [plan, mayEnd, navigate]);
  useOffer(deeds);
}

function EndingDeeds(props: {
  readonly editing: Editing;
  readonly onDeed: (deed: 'publish' | 'discard') => void;
}) {
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<Trash2 size={14} />}
        onClick={() => props.onDeed('discard')}
      >
        Throw it away
      </Button>
      <Button
        size="xs"
        leftSection={<Upload size={14} />}
        disabled={props.editing.isDirty}
        title={props.editing.isDirty ? 'Save what you have changed first' : undefined}
        onClick={() => props.onDeed('publish')}
      >
        Publish
      </Button>
    </>
  );
}

function Standing({ of }: { readonly of: OpenDraft }) {
  const { based_on: version, updated_at: at } = of;
  return (
    <>
      <Tag tone="accent">{version === null ? 'A new plan' : `Begun from version ${version}`}</Tag>
      <span className="quiet small">
        Saved <Instant at={at} />
      </span>
    </>
  );
}

function viewOf(view: string | undefined, mayWrite: boolean): DraftView {
  if (view === 'effects' || view === 'difference') return view;
  return mayWrite ? 'edit' : 'difference';
}
