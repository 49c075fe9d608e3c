import { addMonths } from '@whisperforge/kernel/period';
import { parseMoney } from '@whisperforge/kernel/money';
import type { Catalog } from '../../../domains/plans/index.ts';
import type { ContractPrice, RecordedSubscription } from '../../../domains/subscriptions/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { CommandContext } from '../context.ts';
import { changeContract, type Recording, type Standing } from './change.ts';

export interface RecordOptions {
  readonly plan?: string;
  readonly cycle?: 'monthly' | 'yearly';
  readonly seats?: number;
  readonly amount?: string;
  readonly currency?: string;
  readonly per?: 'contract' | 'seat';
  readonly start?: number;
  readonly end?: number | 'none';
  readonly gift?: boolean;
  readonly dryRun?: boolean;
  readonly reason: string;
}

const PLAN_UNKNOWN = { code: 'plan_unknown', kind: 'not_found' } as const;
const INCOMPLETE = { code: 'contract_incomplete', kind: 'invalid' } as const;
const AMOUNT_INVALID = { code: 'contract_price_invalid', kind: 'invalid' } as const;
const SPAN_INVALID = { code: 'contract_span_invalid', kind: 'invalid' } as const;

export async function recordContract(
  user: string,
  options: RecordOptions,
  context: CommandContext,
): Promise<void> {
  const what = options.gift === true ? 'gift' : 'contract';
  await changeContract(
    {
      user,
      reason: options.reason,
      isDry: options.dryRun === true,
      question: `Record this ${what} of ${user}?`,
      decide: (standing) => decide(options, standing),
    },
    context,
  );
}

/** What is not said stays as it is on record. */
function decide(options: RecordOptions, standing: Standing): Recording {
  const { contract, catalog, nowMs } = standing;
  const source = options.gift === true ? 'gift' : sourceOf(options, contract);
  const startedMs = options.start ?? contract?.startedMs ?? nowMs;
  const end = options.end ?? contract?.cancelAtMs ?? 'none';
  const cancelAtMs = end === 'none' ? null : end;
  if (cancelAtMs !== null && cancelAtMs <= startedMs) {
    throw new AppError(SPAN_INVALID, { message: 'A contract ends after it has started.' });
  }
  const billingCycle = options.cycle ?? contract?.billingCycle ?? 'monthly';
  const price = priceOf(options, standing);
  if (contract === null && source === 'manual' && price === undefined) {
    throw incomplete('A new contract needs an --amount, and a gift needs --gift.');
  }
  return {
    price,
    state: {
      planId: planOf(options.plan, contract, catalog),
      status: 'active',
      source,
      billingCycle,
      seats: options.seats ?? contract?.seats ?? 1,
      startedMs,
      period: periodOf(startedMs, billingCycle === 'yearly' ? 12 : 1, nowMs),
      trialEndMs: null,
      cancelAtMs,
      pastDueSinceMs: null,
      scheduled: contract?.scheduled ?? null,
      endedMs: null,
      stripeSubscriptionId: null,
    },
  };
}

/** A gift that is given a price has become a contract, which is told as another one. */
function sourceOf(
  { amount }: RecordOptions,
  contract: RecordedSubscription | null,
): 'manual' | 'gift' {
  return contract?.source === 'gift' && amount === undefined ? 'gift' : 'manual';
}

function planOf(
  said: string | undefined,
  contract: RecordedSubscription | null,
  catalog: Catalog,
): number {
  if (said === undefined) {
    if (contract === null) throw incomplete('A new contract or gift needs a --plan.');
    return contract.planId;
  }
  const [slug = '', version] = said.split(':');
  const known = contract === null ? undefined : catalog.plans.get(contract.planId);
  // Who has a version keeps it, until another is named.
  if (version === undefined && known?.slug === slug) return known.id;
  const found =
    version === undefined
      ? catalog.current.find((plan) => plan.slug === slug)
      : [...catalog.plans.values()].find(
          (plan) => plan.slug === slug && String(plan.version) === version,
        );
  if (found !== undefined) return found.id;
  const names = catalog.current.map((plan) => plan.slug).join(', ');
  throw new AppError(PLAN_UNKNOWN, { message: `There is no plan ${said}; there are ${names}.` });
}

function priceOf(
  { amount, currency: said, per }: RecordOptions,
  { account, contract }: Standing,
): ContractPrice | undefined {
  if (amount === undefined) {
    if (said === undefined && per === undefined) return undefined;
    throw incomplete('A --currency, or what an amount is --per, goes with an --amount.');
  }
  const currency = (said ?? account.currency).toLowerCase();
  const parsed = parseMoney(amount, currency);
  if (parsed === undefined || parsed.amountMinor < 0) {
    const message = `${amount} is no amount in ${currency}.`;
    throw new AppError(AMOUNT_INVALID, { message });
  }
  if (contract?.source === 'gift') {
    throw incomplete('The account has a gift; end it before the contract is recorded.');
  }
  return { amountMinor: parsed.amountMinor, currency, per: per ?? 'contract' };
}

/** The billing period that contains now, or the first one. */
function periodOf(startedMs: number, months: number, nowMs: number) {
  let count = 0;
  while (addMonths(startedMs, count + months) <= nowMs) count += months;
  return { startMs: addMonths(startedMs, count), endMs: addMonths(startedMs, count + months) };
}

function incomplete(message: string): AppError {
  return new AppError(INCOMPLETE, { message });
}
