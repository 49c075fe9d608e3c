import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database, Executor } from '../../../platform/database.ts';
import { pageOf, readIdCursor } from '../../../platform/pages.ts';
import { route, type Route } from '../../../platform/routes.ts';
import {
  Input,
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
} from '../../../platform/schemas.ts';
import { findContacts, type Contact } from '../../accounts/index.ts';
import { codeUnknown } from '../codes/decide-code.ts';
import { normaliseCode, type PromotionCode, type Redemption } from '../codes/promotion-code.ts';
import { findUses } from '../codes/store-redemptions.ts';
import { findPromotionCode } from '../codes/store.ts';
import { codeAnswer, CodeSchema, loadUse, type LoadRevenue } from './code-answer.ts';

const path = '/admin/v1/promotion-codes/{code}';
const read = { tag: 'Pricing by staff', scope: 'staff', permission: 'plans.read' } as const;
const params = Input({ code: Text({ minLength: 1, maxLength: 50 }) });

const RedemptionSchema = Type.Object({
  id: Type.String(),
  account: Type.String(),
  user: Nullable(Type.String({ description: "The app's own id of who pays for the account." })),
  email: Nullable(Type.String()),
  state: Type.String({ enum: ['held', 'redeemed', 'freed'] }),
  held_at: Type.String(),
  redeemed_at: Nullable(Type.String()),
  freed_at: Nullable(Type.String()),
});

export interface RedemptionsDependencies {
  readonly database: Database;
  readonly loadRevenue: LoadRevenue;
}

/** One promotion code, and who has used it. */
export function redemptionsRoutes({ database, loadRevenue }: RedemptionsDependencies): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path,
      summary: 'A promotion code, with its use and what it brought',
      description: 'The one in force of this name, or else the last one that was.',
      params,
      response: CodeSchema,
      async handler({ params: { code }, nowMs }) {
        const found = await requireCode(database, code);
        return codeAnswer(found, await loadUse(database, loadRevenue, [found]), nowMs);
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: `${path}/redemptions`,
      summary: 'Who has used a promotion code, the latest first',
      params,
      query: Input(paging),
      response: PageOf(RedemptionSchema),
      async handler({ params: { code }, query: { cursor, limit = USUAL_ON_A_PAGE } }) {
        const { id: codeId } = await requireCode(database, code);
        const beforeId = readIdCursor(cursor);
        const found = await findUses(database, { codeId, beforeId, limit: limit + 1 });
        const { rows, nextCursor } = pageOf(found, limit, ({ id }) => String(id));
        const contacts = await findContacts(
          database,
          rows.map(({ accountId }) => accountId),
        );
        const data = rows.map((row) => redemptionAnswer(row, contacts.get(row.accountId)));
        return { data, next_cursor: nextCursor };
      },
    }),
  ];
}

async function requireCode(executor: Executor, text: string): Promise<PromotionCode> {
  const found = await findPromotionCode(executor, text);
  if (found === undefined) throw codeUnknown(normaliseCode(text));
  return found;
}

function redemptionAnswer(redemption: Redemption, contact: Contact | undefined) {
  const { id, accountId, state, heldMs, redeemedMs, freedMs } = redemption;
  return {
    id: String(id),
    account: String(accountId),
    user: contact?.externalId ?? null,
    email: contact?.email ?? null,
    state,
    held_at: formatInstant(heldMs),
    redeemed_at: redeemedMs === null ? null : formatInstant(redeemedMs),
    freed_at: freedMs === null ? null : formatInstant(freedMs),
  };
}
