import Type from 'typebox';
import { isDay } from '@whisperforge/kernel/period';
import type { Database } from '../../../../platform/database.ts';
import { AppError } from '../../../../platform/errors.ts';
import { route, type Route } from '../../../../platform/routes.ts';
import { Input, Text } from '../../../../platform/schemas.ts';
import { staffCommand } from '../../../plans/index.ts';
import { SPAN_INVALID } from '../../errors.ts';
import { EARLIEST_DAY, LATEST_DAY } from '../../metrics/registry/ranges.ts';
import { settlePrices } from './settle-prices.ts';
import { findOutdated } from './store.ts';

const tag = 'Inputs';
const path = '/admin/v1/inputs/ai-prices/settlements';

const Outdated = {
  provider: Type.String(),
  model: Type.String(),
  days: Type.Integer({ description: 'How many days are valued by a price that was corrected.' }),
  from: Type.String(),
  to: Type.String(),
};

const Cost = Type.String({ description: 'Of the days asked for, in minor units.' });

export interface SettlingOptions {
  readonly database: Database;
  readonly currency: string;
}

/** What is valued by prices that have been corrected since, and how to value it anew. */
export function settlingRoutes({ database, currency }: SettlingOptions): Route[] {
  return [
    route({
      method: 'GET',
      path,
      scope: 'staff',
      permission: 'metrics.read',
      tag,
      summary: 'Days whose AI use is valued by prices that have been corrected since',
      response: Type.Object({ data: Type.Array(Type.Object(Outdated)) }),
      async handler() {
        const all = { from: EARLIEST_DAY, to: LATEST_DAY, models: null };
        return { data: await findOutdated(database, all) };
      },
    }),
    route({
      method: 'POST',
      path,
      scope: 'staff',
      permission: 'inputs.write',
      tag,
      summary: 'Value AI use of past days anew by the prices in force',
      description:
        'What use cost is settled by the prices that are known when it is added up. A corrected ' +
        'price changes no figure until this is done; by what days were valued before stays on ' +
        'record.',
      body: Input({
        from: Text({ maxLength: 10, description: 'The first day.' }),
        to: Text({ maxLength: 10, description: 'The last day.' }),
        models: Type.Optional(
          Type.Array(Text({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 100 }),
        ),
        reason: Text({ minLength: 3, maxLength: 500 }),
        dry_run: Type.Optional(Type.Boolean()),
      }),
      response: Type.Object({
        data: Type.Array(Type.Object({ ...Outdated, cost_before: Cost, cost_after: Cost })),
        currency: Type.String(),
        dry_run: Type.Boolean(),
      }),
      async handler(request) {
        const { from, to, models = null, reason, dry_run: isDry = false } = request.body;
        if (!isDay(from) || !isDay(to) || from > to) {
          throw new AppError(SPAN_INVALID, { message: `From ${from} to ${to} are no days.` });
        }
        const command = { ...staffCommand(request, reason), isDry };
        const settled = await settlePrices(database, { from, to, models, currency }, command);
        const data = settled.models.map(({ before, after, ...each }) => ({
          ...each,
          cost_before: before,
          cost_after: after,
        }));
        return { data, currency, dry_run: isDry };
      },
    }),
  ];
}
