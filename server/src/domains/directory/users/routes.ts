import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { quantityToNumber } from '@whisperforge/kernel/quantity';
import type { Database } from '../../../platform/database.ts';
import { route, staffActor, TextFile, type Route } from '../../../platform/routes.ts';
import { Nullable } from '../../../platform/schemas.ts';
import { appendAudit } from '../../audit/index.ts';
import { csvHeader, csvOf } from './csv.ts';
import { listUsers } from './list.ts';
import type { ListedUser } from './listed-user.ts';
import { limitOf, SelectionFields, selectionOf, UsersQuery, type Selection } from './query.ts';

const AmountSchema = Type.Object({ amount_minor: Type.Integer(), currency: Type.String() });
const UsageSchema = Type.Object({
  feature: Type.String(),
  used: Type.Number(),
  limit: Type.Number(),
  percent: Type.Number(),
});

export const ListedUserSchema = Type.Object({
  user: Type.String({ description: "The app's own id." }),
  account_id: Type.String(),
  email: Type.String(),
  name: Nullable(Type.String()),
  plan: Type.String({ description: 'The plan in force.' }),
  plan_source: Type.String({ enum: ['default', 'subscription', 'override'] }),
  restriction: Nullable(Type.String()),
  status: Type.String({ description: "The subscription's status, or none." }),
  source: Type.String({ enum: ['none', 'stripe', 'manual', 'gift'] }),
  billing_cycle: Nullable(Type.String()),
  renews_at: Nullable(Type.String()),
  mrr: Nullable(AmountSchema),
  usage: Nullable(UsageSchema),
  came_from: Nullable(Type.String()),
  country: Nullable(Type.String()),
  created_at: Type.String({ description: 'When the user signed up.' }),
  stripe_customer_id: Nullable(Type.String()),
});

export function usersRoutes({ database }: { readonly database: Database }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/admin/v1/users',
      summary: 'Find users',
      description:
        'Who was changed is found so within a second; use, which changes all the time, may be ' +
        'some minutes old where there are very many users.',
      tag: 'Directory',
      scope: 'staff',
      permission: 'users.read',
      query: UsersQuery,
      response: Type.Object({
        data: Type.Array(ListedUserSchema),
        next_cursor: Nullable(Type.String()),
        is_similar: Type.Boolean({
          description: 'Whether nobody is called as was sought, and these are called about so.',
        }),
      }),
      async handler({ query }) {
        const { cursor } = query;
        const request = { ...selectionOf(query), cursor, limit: limitOf(query) };
        const { users, nextCursor, isSimilar } = await listUsers(database, request);
        const data = users.map(listedAnswer);
        return { data, next_cursor: nextCursor, is_similar: isSimilar };
      },
    }),
    route({
      method: 'GET',
      path: '/admin/v1/users/export.csv',
      summary: 'The users of a list, as a table',
      description: 'Exactly those that the list shows on all its pages, in the same order.',
      tag: 'Directory',
      scope: 'staff',
      permission: 'users.export',
      query: SelectionFields,
      contentType: 'text/csv; charset=utf-8',
      response: TextFile,
      async handler(request) {
        const selection = selectionOf(request.query);
        const { q, ...filters } = request.query;
        // What is sought may name a person, so that it is not kept.
        const after = { ...filters, is_search: q !== undefined };
        await database.transaction((tx) =>
          appendAudit(tx, [
            {
              recordedMs: request.nowMs,
              actor: staffActor(request),
              action: 'directory.users_exported',
              subject: { kind: 'list', id: 'users' },
              after,
            },
          ]),
        );
        return exported(database, selection);
      },
    }),
  ];
}

const ROWS_A_PAGE = 1_000;

async function* exported(database: Database, selection: Selection): AsyncIterable<string> {
  let cursor: string | undefined;
  let lines = csvHeader();
  do {
    const page = await listUsers(database, { ...selection, cursor, limit: ROWS_A_PAGE });
    yield lines + page.users.map(csvOf).join('');
    lines = '';
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

export function listedAnswer(user: ListedUser): Static<typeof ListedUserSchema> {
  const { usage, mrrMinor, currency } = user;
  return {
    user: user.externalId,
    account_id: String(user.accountId),
    email: user.email,
    name: user.name,
    plan: user.plan,
    plan_source: user.planSource,
    restriction: user.restriction,
    status: user.status,
    source: user.source,
    billing_cycle: user.billingCycle,
    renews_at: user.renewsMs === null ? null : formatInstant(user.renewsMs),
    mrr: mrrMinor === 0 ? null : { amount_minor: mrrMinor, currency },
    usage: usage && {
      feature: usage.feature,
      used: quantityToNumber(usage.used),
      limit: quantityToNumber(usage.limit),
      percent: usage.shareBasisPoints / 100,
    },
    came_from: user.cameFrom,
    country: user.country,
    created_at: formatInstant(user.signedUpMs),
    stripe_customer_id: user.stripeCustomerId,
  };
}
