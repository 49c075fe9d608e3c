import Type from 'typebox';
import type { Database, Tx } from '../../../platform/database.ts';
import { performOrTry } from '../../../platform/perform-or-try.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Text } from '../../../platform/schemas.ts';
import { refuseStale } from '../../accounts/index.ts';
import {
  currentPlan,
  loadCatalog,
  lockCatalog,
  staffCommand,
  withdrawPlan,
  type CatalogCache,
  type StaffCommand,
} from '../../plans/index.ts';
import { countSubscribers } from '../../subscriptions/index.ts';

export interface WithdrawalDependencies {
  readonly database: Database;
  readonly catalog: Pick<CatalogCache, 'recheck'>;
}

/** A plan that nobody can buy any more. */
export function withdrawalRoute({ database, catalog }: WithdrawalDependencies): Route {
  return route({
    method: 'POST',
    path: '/admin/v1/plans/{plan}/withdraw',
    summary: 'Take a plan off sale',
    description:
      'Whoever holds a version keeps it. A draft of the plan that is published sells it again.',
    tag: 'Plans by staff',
    scope: 'staff',
    permission: 'plans.write',
    params: Input({ plan: Text({ minLength: 1, maxLength: 63, description: 'Its slug.' }) }),
    body: Input({
      version: Type.Integer({ minimum: 1, description: 'On sale, as it was looked at.' }),
      reason: Text({ minLength: 3, maxLength: 500, description: 'Why; it goes on record.' }),
      dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would be.' })),
    }),
    response: Type.Object({
      dry_run: Type.Boolean(),
      plan: Type.String(),
      version: Type.Integer(),
      subscribers: Type.Integer({ description: 'Of all its versions; they keep what they hold.' }),
    }),
    async handler(request) {
      const { version, reason, dry_run: isDry = false } = request.body;
      const target = { slug: request.params.plan, version };
      const context = staffCommand(request, reason);
      const subscribers = await performOrTry(database, { isDry }, (tx) =>
        withdraw(tx, target, context),
      );
      // What this process answers next is sold no more already; the others hear of it.
      if (!isDry) await catalog.recheck();
      return { dry_run: isDry, plan: target.slug, version, subscribers };
    },
  });
}

/** Takes off sale what is still the version that was looked at; answers who holds the plan. */
async function withdraw(
  tx: Tx,
  { slug, version }: { readonly slug: string; readonly version: number },
  context: StaffCommand,
): Promise<number> {
  await lockCatalog(tx);
  const catalog = await loadCatalog(tx);
  const onSale = currentPlan(catalog, slug);
  if (onSale !== undefined) refuseStale(version, onSale.version);
  await withdrawPlan(tx, slug, context);
  const ids = [...catalog.plans.values()].filter((plan) => plan.slug === slug).map(({ id }) => id);
  const counts = await countSubscribers(tx, ids);
  return counts.reduce((sum, { count }) => sum + count, 0);
}
