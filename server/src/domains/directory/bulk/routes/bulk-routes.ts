import Type, { type Static } from 'typebox';
import { route, staffOf, type Route } from '../../../../platform/routes.ts';
import { Input } from '../../../../platform/schemas.ts';
import { staffCommand } from '../../../plans/index.ts';
import { filterOf } from '../../users/query.ts';
import type { SaidTerms } from '../decide-terms.ts';
import type { BulkDependencies } from '../perform.ts';
import { requirePermission } from '../permission.ts';
import { progressRoutes } from './progress-routes.ts';
import {
  attemptFields,
  BulkBody,
  bulkDeedAnswer,
  BulkDeedSchema,
  previewAnswer,
  PreviewSchema,
  termsFields,
} from './schemas.ts';
import { beginBulk, previewWish, required, type BulkWish } from '../service.ts';
import { findBulkDeed } from '../store/deeds.ts';
import { beginUndo, previewUndo } from '../undo/undo.ts';

export interface BulkRoutesDependencies extends BulkDependencies {
  /** Told when there is somebody to do it to, so that nobody waits for the next round. */
  readonly onBegun: () => void;
}

/** What staff do to many users at once. */
export function bulkRoutes(deps: BulkRoutesDependencies): Route[] {
  return [beginRoute(deps), undoRoute(deps), ...progressRoutes(deps)];
}

const BegunSchema = Type.Object({
  dry_run: Type.Boolean(),
  preview: Type.Union([PreviewSchema, Type.Null()]),
  bulk_deed: Type.Union([BulkDeedSchema, Type.Null()]),
});

function beginRoute(deps: BulkRoutesDependencies): Route {
  return route({
    method: 'POST',
    path: '/admin/v1/bulk-deeds',
    summary: 'Do something to many users',
    description:
      'To those who are named, or to all whom a list shows on all its pages. The worker does it ' +
      'to each account once, as if it were done to that user alone, with the same permission, ' +
      'reason and record. `dry_run` says how many they are, and who would be refused and why.',
    tag: 'Directory',
    scope: 'staff',
    permission: 'bulk.write',
    body: BulkBody,
    response: BegunSchema,
    replaysAnswers: true,
    async handler(request) {
      const { body } = request;
      requirePermission(staffOf(request), body.kind);
      const command = staffCommand(request, body.reason);
      const wish = wishOf(body);
      if (body.dry_run === true) {
        const preview = previewAnswer(await previewWish(deps, wish, command));
        return { dry_run: true, preview, bulk_deed: null };
      }
      const deed = await beginBulk(deps, wish, body.expected_users, command);
      deps.onBegun();
      return { dry_run: false, preview: null, bulk_deed: bulkDeedAnswer(deed) };
    },
  });
}

function undoRoute(deps: BulkRoutesDependencies): Route {
  return route({
    method: 'POST',
    path: '/admin/v1/bulk-deeds/{id}/undo',
    summary: 'Take back what a bulk deed has done',
    description:
      'From all to whom it was done, each once, by another bulk deed. Whoever is not as it has ' +
      'left them, because what was given has ended or was taken back, is refused and reported. ' +
      'One that runs is stopped first, and one that is undone does not go on.',
    tag: 'Directory',
    scope: 'staff',
    permission: 'bulk.write',
    params: Input({ id: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
    body: Input({
      version: Type.Integer({ minimum: 1, description: 'Of the bulk deed that was looked at.' }),
      ...attemptFields,
    }),
    response: BegunSchema,
    replaysAnswers: true,
    async handler(request) {
      const { body } = request;
      const wish = { id: Number(request.params.id), version: body.version };
      const { kind } = required(await findBulkDeed(deps.database, wish.id), wish.id);
      requirePermission(staffOf(request), kind);
      const command = staffCommand(request, body.reason);
      if (body.dry_run === true) {
        const preview = previewAnswer(await previewUndo(deps, wish, command));
        return { dry_run: true, preview, bulk_deed: null };
      }
      const deed = await beginUndo(deps, wish, body.expected_users, command);
      deps.onBegun();
      return { dry_run: false, preview: null, bulk_deed: bulkDeedAnswer(deed) };
    },
  });
}

function wishOf(body: Static<typeof BulkBody>): BulkWish {
  const { kind, users, list } = body;
  const fields = Object.keys(termsFields) as (keyof SaidTerms)[];
  const said: SaidTerms = Object.fromEntries(fields.map((field) => [field, body[field]]));
  const choice = { users, filter: list && filterOf(list) };
  if (list === undefined) return { kind, said, choice, list: undefined };
  // What is sought may name a person, so that it is not kept.
  const { q, ...filters } = list;
  return { kind, said, choice, list: { ...filters, is_search: q !== undefined } };
}
