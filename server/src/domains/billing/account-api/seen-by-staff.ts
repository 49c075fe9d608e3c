import { route, staffActor, staffOf, type Route } from '../../../platform/routes.ts';
import { Input, UserId } from '../../../platform/schemas.ts';
import type { Accounts } from '../../accounts/index.ts';
import { appendAudit } from '../../audit/index.ts';
import { overviewOf, type FromStripe, type OverviewDependencies } from './overview.ts';
import { createRecentAnswers } from './recent-answers.ts';
import { OverviewAnswer } from './schemas.ts';

export interface SeenByStaffParts extends OverviewDependencies {
  readonly accounts: Accounts;
}

/**
 * What a customer's page shows, to staff who help them. Nobody gets a customer's session by it: all
 * that a customer can do asks for one, so that there is nothing here by which staff could do it.
 */
export function seenByStaffRoute(parts: SeenByStaffParts): Route {
  const recent = createRecentAnswers<FromStripe>();
  const looks = createLooks();
  return route({
    method: 'GET',
    path: '/admin/v1/users/{user}/account-page',
    summary: "All that a customer's own account page shows",
    description: 'It goes on record who looked, once in a quarter of an hour.',
    tag: 'Money by staff',
    scope: 'staff',
    permission: 'money.read',
    params: Input({ user: UserId }),
    response: OverviewAnswer,
    async handler(request) {
      const { params, nowMs } = request;
      const { id: userId, accountId, externalId: user } = await parts.accounts.getUser(params.user);
      const session = { userId, accountId, user, returnUrl: null };
      const overview = await overviewOf(parts, { session, nowMs, recent });
      const actor = staffActor(request);
      await looks.once(`${staffOf(request).staffId}:${userId}`, nowMs, () =>
        parts.database.transaction((tx) =>
          appendAudit(tx, [
            {
              recordedMs: nowMs,
              actor,
              action: 'billing.account_page_seen',
              subject: { kind: 'user', id: userId },
              accountId,
            },
          ]),
        ),
      );
      return overview;
    },
  });
}

interface Looks {
  /** Does it unless it was done for the same look a little while ago. */
  once(who: string, nowMs: number, record: () => Promise<void>): Promise<void>;
}

const LOOK_MS = 15 * 60_000;
/** More than look at one time; the oldest make room, and are recorded once more. */
const MOST_LOOKS = 1_000;

/** A page that is open asks every few seconds, which is one look. */
function createLooks(): Looks {
  const recorded = new Map<string, number>();
  return {
    async once(who, nowMs, record) {
      const lastMs = recorded.get(who);
      if (lastMs !== undefined && nowMs >= lastMs && nowMs < lastMs + LOOK_MS) return;
      await record();
      recorded.delete(who);
      recorded.set(who, nowMs);
      const [oldest] = recorded.keys();
      if (recorded.size > MOST_LOOKS && oldest !== undefined) recorded.delete(oldest);
    },
  };
}
