import { Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import {
  discardDraft,
  publishDraft,
  type Difference,
  type Draft,
} from '../../../api/plans/drafts.ts';
import { PLANS } from '../../../api/plans/versions.ts';
import { ReasonDrawer } from '../../../deeds/reason-drawer.tsx';
import { TryDrawer } from '../../../forms/try-drawer.tsx';
import { PlaceChanges } from '../parts/place-changes.tsx';
import { Prices } from '../parts/prices.tsx';

/** Puts the draft on sale; what becomes of those who hold the one before is asked next. */
export function Publish(props: { readonly draft: Draft; readonly onClose: () => void }) {
  const { draft, onClose } = props;
  const { plan } = draft;
  const navigate = useNavigate();
  return (
    <TryDrawer<Difference>
      title="Publish the draft"
      verb="Publish"
      done={`${draft.content.name} is on sale as it was drafted`}
      refreshes={PLANS}
      isReady
      attempt={(attempt) => publishDraft(draft, attempt)}
      tell={(tried) => (
        <Stack gap="sm">
          <p>
            It becomes <strong>version {tried.becomes}</strong>, which never changes again.
          </p>
          <PlaceChanges of={tried.differences} />
          <Prices of={tried.prices} />
        </Stack>
      )}
      onDone={({ on_sale: former }) => {
        const search = former === null ? {} : { move: String(former) };
        void navigate({ to: '/plans/versions/$plan', params: { plan }, search });
      }}
      onClose={onClose}
    >
      {() => (
        <p>
          From then on it is what customers buy, at Stripe too. Whoever holds an earlier version
          keeps it; you are asked next whether they are to be moved.
        </p>
      )}
    </TryDrawer>
  );
}

export function Discard(props: {
  readonly draft: Draft;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { draft, onDone, onClose } = props;
  return (
    <ReasonDrawer
      title="Throw the draft away"
      verb="Throw it away"
      isGrave
      done="The draft is thrown away"
      refreshes={PLANS}
      onConfirm={async (reason) => {
        await discardDraft(draft, reason);
        onDone();
      }}
      onClose={onClose}
    >
      <p>What is on sale stays as it is. What the draft said stays in the audit trail alone.</p>
    </ReasonDrawer>
  );
}
