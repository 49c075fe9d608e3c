import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatMoney, money } from '@whisperforge/kernel/money';
import { formatQuantity } from '@whisperforge/kernel/quantity';
import type { Database } from '../../../platform/database.ts';
import { performOrTry } from '../../../platform/perform-or-try.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, Text } from '../../../platform/schemas.ts';
import {
  findWithdrawnPacks,
  staffCommand,
  writePack,
  type CatalogCache,
  type Pack,
} from '../../plans/index.ts';
import { Reason, Stated } from '../staff/fields.ts';
import { endPack, putPack, type Put } from './put.ts';
import { undoOf, UndoSchema } from './undo.ts';

const path = '/admin/v1/packs';
const tag = 'Plans by staff';
const read = { tag, scope: 'staff', permission: 'plans.read' } as const;
const write = { tag, scope: 'staff', permission: 'plans.write' } as const;

const Key = Text({ minLength: 1, maxLength: 63, description: 'Such as minutes_100.' });
const Version = Type.Integer({ minimum: 1, description: 'Of the pack that was looked at.' });
const dry = { dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would be.' })) };
const stated = { pack: Stated, reason: Reason, ...dry };

const PackSchema = Type.Object({
  key: Type.String(),
  version: Type.Integer({ description: 'To be sent back with a change.' }),
  name: Type.String(),
  feature: Type.String(),
  amount: Type.String(),
  valid_days: Nullable(Type.Integer({ description: 'How long it lasts; none is without end.' })),
  prices: Type.Array(
    Type.Object({
      currency: Type.String(),
      amount_minor: Type.Integer(),
      amount: Type.String({ description: 'In major units.' }),
    }),
  ),
});

const ListedSchema = Type.Object({
  ...PackSchema.properties,
  withdrawn_at: Nullable(Type.String({ description: 'None where it is on sale.' })),
});

const PutSchema = Type.Object({
  dry_run: Type.Boolean(),
  before: Type.Union([PackSchema, Type.Null()]),
  after: PackSchema,
  undo: UndoSchema,
});

export interface SoldDependencies {
  readonly database: Database;
  readonly catalog: Pick<CatalogCache, 'recheck'>;
}

/** The packs: what is sold of them, put on sale, changed, and taken off sale. */
export function packsRoutes(deps: SoldDependencies): Route[] {
  return [listRoute(deps), ...puttingRoutes(deps), withdrawingRoute(deps)];
}

function listRoute({ database, catalog }: SoldDependencies): Route {
  return route({
    ...read,
    method: 'GET',
    path,
    summary: 'The packs on sale, and then those that were withdrawn',
    response: Type.Object({ data: Type.Array(ListedSchema), next_cursor: Type.Null() }),
    async handler() {
      const { packs } = await catalog.recheck();
      const withdrawn = await findWithdrawnPacks(database);
      const data = [
        ...packs.map((pack) => ({ ...packAnswer(pack), withdrawn_at: null })),
        ...withdrawn.map(({ endedMs, ...pack }) => {
          return { ...packAnswer(pack), withdrawn_at: formatInstant(endedMs) };
        }),
      ];
      return { data, next_cursor: null };
    },
  });
}

function puttingRoutes({ database }: SoldDependencies): Route[] {
  return [
    route({
      ...write,
      method: 'POST',
      path,
      summary: 'Put a pack on sale',
      description: 'Stated as in catalogue files. A withdrawn one comes back as its next version.',
      body: Input({ key: Key, ...stated }),
      response: PutSchema,
      async handler(request) {
        const { key, pack: said, reason, dry_run: isDry = false } = request.body;
        const context = staffCommand(request, reason);
        const put = await performOrTry(database, { isDry }, (tx) =>
          putPack(tx, { key, said, version: null }, context),
        );
        return putAnswer(put, isDry);
      },
    }),
    route({
      ...write,
      method: 'PUT',
      path: `${path}/{key}`,
      summary: 'Sell another version of a pack in its place',
      description: 'What was bought stays as it was bought.',
      params: Input({ key: Key }),
      body: Input({ version: Version, ...stated }),
      response: PutSchema,
      async handler(request) {
        const { version, pack: said, reason, dry_run: isDry = false } = request.body;
        const context = staffCommand(request, reason);
        const wanted = { key: request.params.key, said, version };
        const put = performOrTry(database, { isDry }, (tx) => putPack(tx, wanted, context));
        return putAnswer(await put, isDry);
      },
    }),
  ];
}

function withdrawingRoute({ database }: SoldDependencies): Route {
  return route({
    ...write,
    method: 'POST',
    path: `${path}/{key}/withdraw`,
    summary: 'Take a pack off sale',
    description: 'Whoever has bought it keeps it.',
    params: Input({ key: Key }),
    body: Input({ version: Version, reason: Reason, ...dry }),
    response: Type.Object({ dry_run: Type.Boolean(), before: PackSchema, undo: UndoSchema }),
    async handler(request) {
      const { version, reason, dry_run: isDry = false } = request.body;
      const context = staffCommand(request, reason);
      const target = { key: request.params.key, version };
      const pack = await performOrTry(database, { isDry }, (tx) => endPack(tx, target, context));
      const back = { method: 'POST', path, body: { key: pack.key, pack: saidOf(pack) } };
      return { dry_run: isDry, before: packAnswer(pack), undo: undoOf(isDry, back) };
    },
  });
}

function putAnswer({ before, after }: Put<Pack>, isDry: boolean): Static<typeof PutSchema> {
  const { key, version } = after;
  const undo =
    before === null
      ? { method: 'POST', path: `${path}/${key}/withdraw`, body: { version } }
      : { method: 'PUT', path: `${path}/${key}`, body: { version, pack: saidOf(before) } };
  return {
    dry_run: isDry,
    before: before && packAnswer(before),
    after: packAnswer(after),
    undo: undoOf(isDry, undo),
  };
}

function saidOf(pack: Pack): Record<string, unknown> {
  const { key: _, ...said } = writePack(pack);
  return said;
}

function packAnswer(pack: Pack): Static<typeof PackSchema> {
  return {
    key: pack.key,
    version: pack.version,
    name: pack.name,
    feature: pack.feature,
    amount: formatQuantity(pack.amount),
    valid_days: pack.validDays,
    prices: pack.prices.map(({ currency, amountMinor }) => ({
      currency,
      amount_minor: amountMinor,
      amount: formatMoney(money(amountMinor, currency)),
    })),
  };
}
