import { Button, Group, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { showInstant } from '../../../../../ui/dates.ts';
import {
  codeQuery,
  endCode,
  redemptionsQuery,
  type PromotionCode,
} from '../../../api/pricing/codes.ts';
import { PRICING } from '../../../api/pricing/rules.ts';
import { ReasonDrawer } from '../../../deeds/reason-drawer.tsx';
import { Drawer } from '../../../parts/drawers/drawer.tsx';
import { Instant } from '../../../parts/instant.tsx';
import { Failed, Loading } from '../../../parts/states.tsx';
import { To } from '../../../parts/to.tsx';
import { Copyable } from '../../../parts/values.tsx';
import { showCount, showLimit, spoken } from '../../../words/quantities.ts';
import { TrailLink } from '../../plans/parts/trail-link.tsx';
import { ForWhom } from '../parts/for-whom.tsx';
import { saidOfEffect } from '../parts/price-words.ts';
import { PricingState } from '../parts/pricing-state.tsx';
import { Brought } from './code-columns.tsx';

/** A code with all that it promises, and who has used it. */
export function CodeDetail(props: {
  readonly code: string;
  readonly mayEnd: boolean;
  readonly onClose: () => void;
}) {
  const { code, mayEnd, onClose } = props;
  const { data, error, refetch } = useQuery(codeQuery(code));
  const [isEnding, setEnding] = useState(false);
  return (
    <Drawer onClose={onClose} title={code}>
      {data === undefined && error === null && <Loading rows={8} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && (
        <Stack gap="md">
          <Facts of={data} />
          {data.batch === null ? (
            <TrailLink kind="promotion_code" id={data.code} />
          ) : (
            <TrailLink kind="promotion_batch" id={data.batch} />
          )}
          <Redemptions code={code} />
          {mayEnd && data.ended_at === null && (
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setEnding(true)}>
                End the code
              </Button>
            </Group>
          )}
        </Stack>
      )}
      {isEnding && (
        <ReasonDrawer
          title={`End ${code}`}
          verb="End it"
          isGrave
          done={`${code} is ended`}
          refreshes={PRICING}
          onConfirm={(reason) => endCode(code, reason)}
          onClose={() => setEnding(false)}
        >
          <p>Nobody can use it from now on. Those who have used it keep what it gave.</p>
        </ReasonDrawer>
      )}
    </Drawer>
  );
}

function Facts({ of }: { readonly of: PromotionCode }) {
  return (
    <dl className="facts">
      <dt>State</dt>
      <dd>
        <PricingState of={of.state} />
      </dd>
      <dt>Code</dt>
      <dd>
        <Copyable text={of.code} what="the code" />
      </dd>
      <dt>Name</dt>
      <dd>{of.name}</dd>
      <dt>What it does</dt>
      <dd>{saidOfEffect(of.effect)}</dd>
      <dt>For</dt>
      <dd>
        <ForWhom of={of.conditions} />
      </dd>
      <dt>Beside others</dt>
      <dd>{spoken(of.stacking)}</dd>
      <dt>Redeemed</dt>
      <dd>
        {showCount(of.redeemed)} of {showLimit(of.most_redemptions)}
        {of.held > 0 && `, and ${showCount(of.held)} at checkout`}
      </dd>
      <dt>By an account</dt>
      <dd>{showLimit(of.most_per_account)}</dd>
      <dt>Brought</dt>
      <dd>
        <Brought revenue={of.revenue} />
      </dd>
      <dt>From</dt>
      <dd>{showInstant(of.valid_from)}</dd>
      <dt>Expires</dt>
      <dd>{of.expires_at === null ? 'Never' : showInstant(of.expires_at)}</dd>
    </dl>
  );
}

function Redemptions({ code }: { readonly code: string }) {
  const list = useInfiniteQuery(redemptionsQuery(code));
  const uses = list.data?.pages.flatMap(({ data }) => data);
  return (
    <section aria-label="Redemptions">
      <h3>Who has used it</h3>
      {list.error !== null && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {uses?.length === 0 && <p className="quiet small">Nobody yet.</p>}
      <ul className="payments">
        {uses?.map(({ id, user, email, account, state, held_at: held, redeemed_at: at }) => (
          <li key={id}>
            <span>
              {user === null ? (
                `Account ${account}`
              ) : (
                <To to="/users/$user" params={{ user }} fz={14}>
                  {email ?? user}
                </To>
              )}{' '}
              <PricingState of={state} />
            </span>
            <Instant at={at ?? held} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button
          size="xs"
          variant="default"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </section>
  );
}
