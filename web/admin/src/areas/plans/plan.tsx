import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { CircleSlash, PencilLine } from 'lucide-react';
import { useState } from 'react';
import { allPlansQuery, versionsQuery, type Version } from '../../api/plans/versions.ts';
import { useMay } from '../../api/session.ts';
import { Failed, Loading } from '../../parts/states.tsx';
import { Tag } from '../../parts/values.tsx';
import { BeginDraft } from './draft/begin-draft.tsx';
import { MoveSubscribers } from './move-subscribers.tsx';
import { TrailLink } from './parts/trail-link.tsx';
import { PlansPage } from './plans-page.tsx';
import { VersionCard } from './version-card.tsx';
import { WithdrawPlan } from './withdraw.tsx';

const route = getRouteApi('/inside/plans/versions/$plan');

/** One plan: what is on sale, and the versions before it with those who still hold them. */
export function Plan() {
  const { plan } = route.useParams();
  const { move, deed } = route.useSearch();
  const navigate = useNavigate();
  const { data: versions, error, refetch } = useQuery(versionsQuery(plan));
  const { data: listed } = useQuery(allPlansQuery);
  const of = listed?.find((each) => each.plan === plan);
  const onSale = versions?.find((version) => version.on_sale);
  const moving = versions?.find(
    ({ version, subscribers }) => String(version) === move && subscribers > 0,
  );
  const go = (search: { readonly move?: string; readonly deed?: string }): void =>
    void navigate({ to: '/plans/versions/$plan', params: { plan }, search, replace: true });
  const mayWithdraw = useMay()('plans.write') && onSale !== undefined && of?.is_default === false;
  return (
    <PlansPage
      title={of?.name ?? plan}
      beside={
        <>
          <Tag tone={onSale === undefined ? 'note' : 'good'}>{standing(onSale)}</Tag>
          <TrailLink kind="plan" id={plan} />
        </>
      }
      deeds={
        <>
          {mayWithdraw && (
            <Button
              size="xs"
              variant="default"
              leftSection={<CircleSlash size={14} />}
              onClick={() => go({ deed: 'withdraw' })}
            >
              Withdraw
            </Button>
          )}
          <DraftDeed plan={plan} draft={of?.draft} />
        </>
      }
    >
      {versions === undefined && error === null && <Loading rows={10} />}
      {versions === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      <div className="stack">
        {versions?.map((version) => (
          <VersionCard
            key={version.version}
            version={version}
            {...(onSale !== undefined &&
              !version.on_sale && { onMove: () => go({ move: String(version.version) }) })}
          />
        ))}
      </div>
      {moving !== undefined && onSale !== undefined && (
        <MoveSubscribers plan={plan} from={moving} to={onSale} onClose={() => go({})} />
      )}
      {mayWithdraw && deed === 'withdraw' && (
        <WithdrawPlan plan={plan} onSale={onSale} onClose={() => go({})} />
      )}
    </PlansPage>
  );
}

function standing(onSale: Version | undefined): string {
  return onSale === undefined ? 'Withdrawn' : `Version ${onSale.version} is on sale`;
}

/** The way to the draft that is open, or a new one; who may not edit looks at what there is. */
function DraftDeed(props: { readonly plan: string; readonly draft: string | null | undefined }) {
  const { plan, draft } = props;
  const mayWrite = useMay()('plans.write');
  const navigate = useNavigate();
  const [isBeginning, setBeginning] = useState(false);
  if (draft === undefined || (draft === null && !mayWrite)) return null;
  const go = (): void => void navigate({ to: '/plans/drafts/$plan', params: { plan } });
  return (
    <>
      <Button
        size="xs"
        leftSection={<PencilLine size={14} />}
        onClick={() => (draft === null ? setBeginning(true) : go())}
      >
        {draft === null ? 'Edit in a draft' : 'Open the draft'}
      </Button>
      {isBeginning && <BeginDraft plan={plan} onClose={() => setBeginning(false)} onBegun={go} />}
    </>
  );
}
