import Type from 'typebox';
import type { Database } from '../../../platform/database.ts';
import { pageOf, readIdCursor } from '../../../platform/pages.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, PageOf, paging, Text, USUAL_ON_A_PAGE } from '../../../platform/schemas.ts';
import { findContacts } from '../../accounts/index.ts';
import { staffCommand, type CatalogCache } from '../../plans/index.ts';
import { loadEffects } from './effects.ts';
import {
  effectAnswer,
  EffectSchema,
  migrationAnswer,
  MigrationSchema,
  MOVE_STATES,
  moveAnswer,
  MoveSchema,
  progressAnswer,
  ProgressSchema,
} from './schemas.ts';
import type { Migrations } from './service.ts';
import { countMoves, findMigrations, findMoves } from './store.ts';

export interface MigrationsDependencies {
  readonly database: Database;
  readonly catalog: Pick<CatalogCache, 'recheck'>;
  readonly migrations: Migrations;
  /** Told when there is somebody to move, so that nobody waits for the next round. */
  readonly onBegun: () => void;
}

const path = '/admin/v1/plan-migrations';
const tag = 'Plans by staff';
const read = { tag, scope: 'staff', permission: 'plans.read' } as const;
const write = { tag, scope: 'staff', permission: 'plans.write' } as const;

const Id = Type.String({ pattern: '^[1-9][0-9]{0,14}$' });
const Reason = Text({ minLength: 3, maxLength: 500, description: 'Why; it goes on record.' });
const Version = Type.Integer({ minimum: 1 });

/** Moving those who hold a version to the one on sale. */
export function migrationsRoutes(deps: MigrationsDependencies): Route[] {
  return [beginRoute(deps), ...readingRoutes(deps), movesRoute(deps), ...turningRoutes(deps)];
}

function beginRoute({ database, catalog, migrations, onBegun }: MigrationsDependencies): Route {
  return route({
    ...write,
    method: 'POST',
    path,
    summary: 'Move the subscribers of a version to the one on sale',
    description:
      'In batches, by the worker. `now` charges what Stripe prorates; what would cost less is ' +
      'refused then, and is had from the next `renewal` on. Contracts keep their price. Whoever ' +
      'has canceled or scheduled another change is left alone.',
    body: Input({
      plan: Text({ minLength: 1, maxLength: 63 }),
      from_version: Version,
      to_version: Version,
      when: Type.Enum(['now', 'renewal']),
      reason: Reason,
      dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would be.' })),
    }),
    response: Type.Object({
      dry_run: Type.Boolean(),
      migration: Type.Union([MigrationSchema, Type.Null()]),
      subscribers: Type.Integer(),
      recurring: Type.Array(EffectSchema, { description: 'What a month brings.' }),
    }),
    async handler(request) {
      const { plan, reason, dry_run: isDry = false, when: timing } = request.body;
      const { from_version: fromVersion, to_version: toVersion } = request.body;
      const wish = { plan, fromVersion, toVersion, timing };
      const context = staffCommand(request, reason);
      const begun = await migrations.begin(wish, isDry, context);
      const effects = await loadEffects(database, begun, request.nowMs);
      const now = await catalog.recheck();
      if (!isDry) onBegun();
      return {
        dry_run: isDry,
        migration: isDry ? null : migrationAnswer(begun.migration, now),
        subscribers: begun.subscribers,
        recurring: effects.map(effectAnswer),
      };
    },
  });
}

function readingRoutes({ database, catalog, migrations }: MigrationsDependencies): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path,
      summary: 'Migrations of subscribers, the latest first',
      query: Input(paging),
      response: PageOf(MigrationSchema),
      async handler({ query: { cursor, limit = USUAL_ON_A_PAGE } }) {
        const beforeId = readIdCursor(cursor);
        const found = await findMigrations(database, { beforeId, limit: limit + 1 });
        const now = await catalog.recheck();
        const { rows, nextCursor } = pageOf(found, limit, ({ id }) => String(id));
        const data = rows.map((migration) => migrationAnswer(migration, now));
        return { data, next_cursor: nextCursor };
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: `${path}/{id}`,
      summary: 'A migration, and how far it is',
      params: Input({ id: Id }),
      response: Type.Object({ migration: MigrationSchema, progress: ProgressSchema }),
      async handler({ params }) {
        const migration = await migrations.get(Number(params.id));
        return {
          migration: migrationAnswer(migration, await catalog.recheck()),
          progress: progressAnswer(await countMoves(database, migration.id)),
        };
      },
    }),
  ];
}

function movesRoute({ database, migrations }: MigrationsDependencies): Route {
  return route({
    ...read,
    method: 'GET',
    path: `${path}/{id}/subscribers`,
    summary: 'The subscribers of a migration, and what came of each',
    params: Input({ id: Id }),
    query: Input({ state: Type.Optional(Type.Enum([...MOVE_STATES])), ...paging }),
    response: PageOf(MoveSchema),
    async handler({ params, query: { state, cursor, limit = USUAL_ON_A_PAGE } }) {
      const { id: migrationId } = await migrations.get(Number(params.id));
      const afterAccountId = readIdCursor(cursor) ?? 0;
      const wanted = { migrationId, state, afterAccountId, limit: limit + 1 };
      const found = await findMoves(database, wanted);
      const { rows, nextCursor } = pageOf(found, limit, (move) => String(move.accountId));
      const accounts = rows.map(({ accountId }) => accountId);
      const contacts = await findContacts(database, accounts);
      const userOf = (id: number): string | null => contacts.get(id)?.externalId ?? null;
      const data = rows.map((move) => moveAnswer(move, userOf(move.accountId)));
      return { data, next_cursor: nextCursor };
    },
  });
}

function turningRoutes({ catalog, migrations, onBegun }: MigrationsDependencies): Route[] {
  const turning = (name: 'stop' | 'resume', summary: string): Route =>
    route({
      ...write,
      method: 'POST',
      path: `${path}/{id}/${name}`,
      summary,
      params: Input({ id: Id }),
      body: Input({ version: Version, reason: Reason }),
      response: MigrationSchema,
      async handler(request) {
        const { version, reason } = request.body;
        const target = { id: Number(request.params.id), version };
        const turned = await migrations[name](target, staffCommand(request, reason));
        if (name === 'resume') onBegun();
        return migrationAnswer(turned, await catalog.recheck());
      },
    });
  return [
    turning('stop', 'Stop a migration; who was moved stays moved'),
    turning('resume', 'Go on with a migration that was stopped'),
  ];
}
