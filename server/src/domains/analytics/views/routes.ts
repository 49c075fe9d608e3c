import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import type { Database } from '../../../platform/database.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable } from '../../../platform/schemas.ts';
import { CUSTOMER_UNKNOWN } from '../errors.ts';
import type { Book } from '../ledger/book.ts';
import { findKnownAttributes, type KnownAttribute } from '../metrics/attributes/store.ts';
import type { Named } from '../metrics/registry/names.ts';
import { findNames } from '../metrics/registry/store-names.ts';
import { shownBook } from '../metrics/registry/prepare.ts';
import { findCustomer, findSegmentValues, findStory, type SegmentValue } from './store.ts';

const Profile = Type.Optional(Type.Enum(['stripe', 'chartmogul', 'profitwell']));

const MovementSchema = Type.Object({
  at: Type.String(),
  day: Type.String(),
  kind: Type.String(),
  plan: Type.String(),
  cycle: Type.String(),
  amount_minor: Type.Integer({ description: 'What it added to MRR, in its own currency.' }),
  currency: Type.String(),
  is_correction: Type.Boolean(),
});

const CustomerSchema = Type.Object({
  id: Type.String(),
  origin: Type.String({ description: '`accounts`, or where the history was imported from.' }),
  key: Type.String(),
  name: Type.String({ description: 'As told with its history, as are the next two.' }),
  email: Type.String(),
  signed_up_on: Nullable(Type.String()),
  attributes: Type.Unsafe<Readonly<Record<string, string>>>({
    type: 'object',
    description: 'What else was told of a customer of an imported history.',
    additionalProperties: { type: 'string' },
  }),
  country: Type.String(),
  source: Type.String(),
  cohort: Nullable(Type.String({ description: 'The month in which it first paid.' })),
  users: Type.Array(Type.Object({ user: Type.String(), name: Type.String() })),
  movements: Type.Array(MovementSchema),
  profile: Type.String(),
  time_zone: Type.String(),
});

const NamesSchema = Type.Unsafe<Record<string, Named>>({
  type: 'object',
  description: 'What values are called, where they have names.',
  additionalProperties: {
    type: 'object',
    required: ['name', 'unit'],
    properties: { name: { type: 'string' }, unit: { type: ['string', 'null'] } },
  },
});

const AttributeSchema = Type.Object({
  key: Type.String(),
  users: Type.Integer({ description: 'How many users have it.' }),
  values: Type.Array(Type.String(), { description: 'The most frequent ones.' }),
  has_more: Type.Boolean({ description: 'Whether there are more values.' }),
});

const tag = 'Metrics';
const permission = 'metrics.read';
/** For how long a process remembers the values of segments, which are looked for in all days. */
const REMEMBERED_MS = 60_000;

/** What dashboards need beside the figures: segments to choose from, and a customer's story. */
export function viewsRoutes({ database }: { readonly database: Database }): Route[] {
  const remembered = new Map<number, { readonly atMs: number; readonly found: SegmentValue[] }>();
  return [
    route({
      method: 'GET',
      path: '/admin/v1/segments',
      summary: 'The values that figures of revenue can be filtered by',
      description: 'As they were within the last minute.',
      tag,
      scope: 'staff',
      permission,
      query: Input({ profile: Profile }),
      response: Type.Object({
        data: Type.Array(
          Type.Object({
            dimension: Type.String(),
            values: Type.Array(Type.String()),
            names: NamesSchema,
          }),
        ),
      }),
      async handler({ query, nowMs }) {
        const { id } = await shownBook(database, query.profile ?? 'stripe');
        const last = remembered.get(id);
        const isFresh = last !== undefined && Math.abs(nowMs - last.atMs) < REMEMBERED_MS;
        const found = isFresh ? last.found : await findSegmentValues(database, id);
        if (!isFresh) remembered.set(id, { atMs: nowMs, found });
        const byDimension = Map.groupBy(found, ({ dimension }) => dimension);
        const names = await findNames(database, byDimension.keys());
        const data = [...byDimension].map(([dimension, values]) => ({
          dimension,
          values: values.map(({ value }) => value),
          names: { ...names[dimension] },
        }));
        return { data };
      },
    }),
    attributesRoute(database),
    route({
      method: 'GET',
      path: '/admin/v1/customers/{customer}',
      summary: "A customer's story: what moved its MRR, latest first",
      description: 'Of an account of ours, or of an imported history.',
      tag,
      scope: 'staff',
      permission,
      params: Input({ customer: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
      query: Input({ profile: Profile }),
      response: CustomerSchema,
      async handler({ params, query }) {
        return storyOf(
          database,
          Number(params.customer),
          await shownBook(database, query.profile ?? 'stripe'),
        );
      },
    }),
  ];
}

const MOST_VALUES = 100;

function attributesRoute(database: Database): Route {
  let remembered: { readonly atMs: number; readonly found: KnownAttribute[] } | undefined;
  return route({
    method: 'GET',
    path: '/admin/v1/attributes',
    summary: 'The attributes of users that figures can be filtered by',
    description: 'What the app tells of users in `metadata`; as it was within the last minute.',
    tag,
    scope: 'staff',
    permission,
    response: Type.Object({ data: Type.Array(AttributeSchema) }),
    async handler({ nowMs }) {
      const isFresh = remembered !== undefined && Math.abs(nowMs - remembered.atMs) < REMEMBERED_MS;
      const found =
        isFresh && remembered !== undefined
          ? remembered.found
          : await findKnownAttributes(database, MOST_VALUES);
      if (!isFresh) remembered = { atMs: nowMs, found };
      const data = found.map(({ key, users, values, hasMore }) => ({
        key,
        users,
        values: [...values],
        has_more: hasMore,
      }));
      return { data };
    },
  });
}

async function storyOf(
  database: Database,
  customerId: number,
  book: Book,
): Promise<Static<typeof CustomerSchema>> {
  const asked = { customerId, bookId: book.id };
  const [customer, story] = await Promise.all([
    findCustomer(database, asked),
    findStory(database, asked),
  ]);
  if (customer === undefined) {
    throw new AppError(CUSTOMER_UNKNOWN, { message: `There is no customer ${customerId}.` });
  }
  const { id, signedUpOn, users, ...told } = customer;
  return {
    ...told,
    id: String(id),
    signed_up_on: signedUpOn,
    users: [...users],
    movements: story.map(({ at, amountMinor, isCorrection, ...movement }) => ({
      ...movement,
      at: formatInstant(at),
      amount_minor: amountMinor,
      is_correction: isCorrection,
    })),
    profile: book.profile,
    time_zone: book.rules.timeZone,
  };
}
