import { addFractions, fraction, type Fraction } from '@whisperforge/kernel/fraction';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Database, Executor } from '../../../../platform/database.ts';
import { performOrTry } from '../../../../platform/perform-or-try.ts';
import { appendAudit } from '../../../audit/index.ts';
import type { StaffCommand } from '../../../plans/index.ts';
import { lockInputs } from '../../inputs/store-records.ts';
import { shownBook } from '../../metrics/registry/prepare.ts';
import { decimalOf, stepsOf } from '../../metrics/registry/rounded.ts';
import { loadCosts } from '../load-costs.ts';
import { findOutdated, settleAnew, type OutdatedPrices } from './store.ts';

export interface SettlePrices extends DaySpan {
  readonly models: readonly string[] | null;
  /** What costs are told in. */
  readonly currency: string;
}

export interface SettledAnew {
  readonly models: readonly (OutdatedPrices & ModelCosts)[];
}

interface ModelCosts {
  /** Of all days that were asked for, in minor units with six decimals. */
  readonly before: string;
  readonly after: string;
}

/**
 * Values the use of days anew by the prices that are in force now. Nobody's figures change by a
 * corrected price before somebody does this; what they were valued by stays on record.
 */
export async function settlePrices(
  database: Database,
  of: SettlePrices,
  command: StaffCommand & { readonly isDry: boolean },
): Promise<SettledAnew> {
  const { isDry, nowMs, actor, reason, requestId } = command;
  const { from, to } = of;
  const book = await shownBook(database, 'stripe');
  const costs = (executor: Executor) => costsByModel(executor, { ...of, book, nowMs });
  return performOrTry(database, { isDry }, async (tx) => {
    await lockInputs(tx, 'ai-prices');
    const outdated = await findOutdated(tx, of);
    const before = await costs(tx);
    await settleAnew(tx, of, nowMs);
    const after = await costs(tx);
    const models = outdated.map((each) => ({
      ...each,
      before: shown(before.get(each.model)),
      after: shown(after.get(each.model)),
    }));
    const subject = { kind: 'input', id: 'ai-prices' };
    const change = { after: { from, to, models } };
    const deed = { recordedMs: nowMs, actor, subject, reason, requestId };
    if (models.length > 0) await appendAudit(tx, [{ ...deed, action: 'costs.settled', ...change }]);
    return { models };
  });
}

type Asked = Omit<SettlePrices, 'models'> &
  Pick<Parameters<typeof loadCosts>[1], 'book' | 'nowMs'> &
  Pick<SettlePrices, 'models'>;

async function costsByModel(
  executor: Executor,
  { from, to, models, ...asked }: Asked,
): Promise<Map<string, Fraction>> {
  const filters = models === null ? {} : { model: models };
  const { days } = await loadCosts(executor, {
    ...asked,
    filters,
    range: { from, to },
    by: 'model',
  });
  const sums = new Map<string, Fraction>();
  for (const { key, sums: day } of days) {
    const cost = day['cost'] ?? NOTHING;
    sums.set(key ?? '', addFractions(sums.get(key ?? '') ?? NOTHING, cost));
  }
  return sums;
}

const NOTHING = fraction(0n);

function shown(cost: Fraction = NOTHING): string {
  return decimalOf(stepsOf(cost, 'unit_money'), 'unit_money');
}
