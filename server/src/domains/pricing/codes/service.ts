import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { pageOf, readIdCursor } from '../../../platform/pages.ts';
import { USUAL_ON_A_PAGE } from '../../../platform/schemas.ts';
import { loadCatalog, type CommandContext } from '../../plans/index.ts';
import { CODE_ENDED, CODE_TAKEN } from '../errors.ts';
import { offeredPrices } from '../rules/check-reduction.ts';
import { writeConditions } from '../rules/conditions.ts';
import { writeReduction } from '../rules/write-rule.ts';
import { codeUnknown } from './decide-code.ts';
import { draftCodes, type NewCodes } from './draft-codes.ts';
import {
  normaliseCode,
  type InState,
  type CodeTerms,
  type PromotionCode,
} from './promotion-code.ts';
import { randomCodes } from './random-code.ts';
import { recordDeed } from './record.ts';
import { endCode, findCodes, findPromotionCode, insertCodes, lockCode } from './store.ts';

/** One round does, but for a batch in ten billion that draws what is taken. */
const MOST_ROUNDS = 5;

/**
 * Makes a code as it was named, or many that nobody can guess, which are told as one deed. They are
 * checked against what is sold now; what is sold later is checked when it is quoted.
 */
export async function createPromotionCodes(
  tx: Tx,
  input: NewCodes,
  context: CommandContext,
): Promise<PromotionCode[]> {
  const { nowMs } = context;
  const { current } = await loadCatalog(tx);
  const sold = { offered: offeredPrices(current), slugs: current.map((plan) => plan.slug) };
  const terms = draftCodes(input, sold, nowMs);
  const made = await insertAll(tx, input.codes, terms, nowMs);
  const one = input.codes.kind === 'named' ? made[0] : undefined;
  await recordDeed(tx, context, {
    action: one === undefined ? 'promotion_codes.created' : 'promotion_code.created',
    subject:
      one === undefined
        ? { kind: 'promotion_batch', id: terms.batch ?? `${made[0]?.id}-${made.at(-1)?.id}` }
        : { kind: 'promotion_code', id: one.code },
    after: { count: made.length, ...writeTerms(terms) },
  });
  return made;
}

/** Ends a code: nobody can use it from now on, and who has used it keeps what it gave. */
export async function endPromotionCode(
  tx: Tx,
  text: string,
  context: CommandContext,
): Promise<PromotionCode> {
  const found = await findPromotionCode(tx, text);
  if (found === undefined) throw codeUnknown(normaliseCode(text));
  const code = await lockCode(tx, found.id);
  assert(code !== undefined, 'codes are never deleted');
  if (code.endedMs !== null) {
    const at = formatInstant(code.endedMs);
    throw new AppError(CODE_ENDED, { message: `Promotion code ${code.code} ended at ${at}.` });
  }
  await endCode(tx, code.id, context.nowMs);
  await recordDeed(tx, context, {
    action: 'promotion_code.ended',
    subject: { kind: 'promotion_code', id: code.code },
    before: { taken: code.taken },
  });
  return { ...code, endedMs: context.nowMs };
}

export interface CodePage {
  readonly data: readonly PromotionCode[];
  /** To be given to the next call; `null` at the end. */
  readonly nextCursor: string | null;
}

export interface ListCodes {
  readonly batch?: string | undefined;
  readonly prefix?: string | undefined;
  readonly inState?: InState | undefined;
  /** At most 200; 50 where nothing is said. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const MOST_LISTED = 200;

/** The latest first. A code that is made between two pages is not in the later one. */
export async function listPromotionCodes(
  executor: Executor,
  { cursor, limit = USUAL_ON_A_PAGE, ...filter }: ListCodes,
): Promise<CodePage> {
  const size = Math.min(Math.max(1, limit), MOST_LISTED);
  const beforeId = readIdCursor(cursor);
  const found = await findCodes(executor, { ...filter, beforeId, limit: size + 1 });
  const { rows: data, nextCursor } = pageOf(found, size, ({ id }) => String(id));
  return { data, nextCursor };
}

async function insertAll(
  tx: Tx,
  codes: NewCodes['codes'],
  terms: CodeTerms,
  nowMs: number,
): Promise<PromotionCode[]> {
  if (codes.kind === 'named') {
    const code = normaliseCode(codes.code);
    const made = await insertCodes(tx, [code], terms, nowMs);
    if (made.length === 1) return made;
    throw new AppError(CODE_TAKEN, { message: `Promotion code ${code} is in force already.` });
  }
  const made: PromotionCode[] = [];
  for (let round = 0; made.length < codes.count && round < MOST_ROUNDS; round += 1) {
    const missing = randomCodes(codes.count - made.length, normaliseCode(codes.prefix));
    made.push(...(await insertCodes(tx, missing, terms, nowMs)));
  }
  assert(made.length === codes.count, 'codes that are drawn are hardly ever taken');
  return made;
}

function writeTerms(terms: CodeTerms) {
  return {
    name: terms.name,
    effect: writeReduction(terms.reduction),
    conditions: writeConditions(terms.conditions),
    stacking: terms.stacking,
    priority: terms.priority,
    most_redemptions: terms.mostRedemptions,
    most_per_account: terms.mostPerAccount,
    valid_from: formatInstant(terms.validFromMs),
    expires_at: terms.expiresMs === null ? null : formatInstant(terms.expiresMs),
  };
}
