import { assert } from '@whisperforge/kernel/assert';
import { randomText } from '@whisperforge/kernel/ids';
import type { Database, Tx } from '../../../../platform/database.ts';
import { AppError } from '../../../../platform/errors.ts';
import type { StaffActor } from '../../../../platform/routes.ts';
import {
  bumpAccessVersion,
  findRevision,
  lockAccount,
  refuseStale,
} from '../../../accounts/index.ts';
import { appendAudit } from '../../../audit/index.ts';
import type { Refresh } from '../../checkout/refresh.ts';
import { INVOICE_UNKNOWN, PROVIDER_REFUSED } from '../../errors.ts';
import type { RefundablePayment } from '../../gateway/adjustments.ts';
import type { PaymentGateway } from '../../gateway/gateway.ts';
import {
  decideParts,
  refundableOf,
  sumOf,
  type Refundable,
  type RefundPart,
} from './decide-parts.ts';
import {
  findBilledInvoice,
  getRefund,
  insertRefund,
  listRefunds,
  settleRefund,
  takeStalledRefunds,
  type BilledInvoice,
  type Refund,
  type RefundRefusal,
  type RefundsPage,
} from './store-refunds.ts';

export interface RefundDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly refresh: Refresh;
}

/** Who gives how much of an invoice back, why, and which profile they have looked at. */
export interface RefundCall {
  readonly invoiceId: string;
  /** All that is left where nothing is said. */
  readonly amountMinor: number | null;
  readonly actor: StaffActor;
  readonly reason: string;
  readonly version: number;
  readonly isDry: boolean;
  readonly nowMs: number;
}

export interface Refunded {
  readonly invoice: BilledInvoice;
  /** Before it. */
  readonly before: Refundable;
  readonly amountMinor: number;
  /** None where it was only tried. */
  readonly refundId: string | null;
}

export interface Refunds {
  /** Gives money back, never more than was paid and not given back. */
  refund(call: RefundCall): Promise<Refunded>;
  list(invoiceId: string, page: RefundsPage): Promise<readonly Refund[]>;
  /** Carries on what was begun and left; answers how many. */
  finishStalled(nowMs: number): Promise<number>;
}

const ACTOR = { kind: 'system', id: 'stripe' } as const;
const ID_CHARACTERS = 26;
const MOST_STALLED = 20;

export function createRefunds(deps: RefundDependencies): Refunds {
  const { database, gateway } = deps;
  return {
    async refund(call) {
      const invoice = await getInvoice(database, call.invoiceId);
      const remote = await gateway.retrieveInvoice(invoice.id);
      if (remote === null) throw unknownInvoice(invoice.id);
      const payments = await gateway.listPayments(invoice.id);
      const { customerId } = remote;
      const facts = { invoice, customerId, payments };
      const begun = await database.transaction((tx) => begin(tx, call, facts));
      const refunded = { invoice, before: begun.before };
      if (begun.id === null)
        return { ...refunded, amountMinor: sumOf(begun.parts), refundId: null };
      const { refusal, amountMinor } = await carryOut(deps, begun.id, call.nowMs);
      if (refusal === null) return { ...refunded, amountMinor, refundId: begun.id };
      const { code, message, members } = refusal;
      throw new AppError({ code, kind: 'conflict' }, { message, members });
    },
    async list(invoiceId, page) {
      await getInvoice(database, invoiceId);
      return listRefunds(database, invoiceId, page);
    },
    async finishStalled(nowMs) {
      const stalled = await database.transaction((tx) => takeStalledRefunds(tx, MOST_STALLED));
      for (const { id } of stalled) await carryOut(deps, id, nowMs);
      return stalled.length;
    },
  };
}

export async function getInvoice(database: Database, id: string): Promise<BilledInvoice> {
  const invoice = await findBilledInvoice(database, id);
  if (invoice === undefined) throw unknownInvoice(id);
  return invoice;
}

function unknownInvoice(id: string): AppError {
  return new AppError(INVOICE_UNKNOWN, { message: `There is no invoice ${id}.` });
}

interface BeginFacts {
  readonly invoice: BilledInvoice;
  readonly customerId: string;
  readonly payments: readonly RefundablePayment[];
}

/**
 * Decides under the account's lock, with all that was asked for before, so that two at once never
 * give back more than was paid.
 */
async function begin(
  tx: Tx,
  call: RefundCall,
  { invoice, customerId, payments }: BeginFacts,
): Promise<{ id: string | null; before: Refundable; parts: readonly RefundPart[] }> {
  const { accountId, id: invoiceId, currency } = invoice;
  const { version, actor, reason, nowMs } = call;
  await requireLook(tx, accountId, version);
  const earlier = (await listRefunds(tx, invoiceId)).filter(({ state }) => state !== 'refused');
  const before = refundableOf({ payments, asked: earlier.flatMap((each) => each.parts) });
  const parts = decideParts(before, call.amountMinor);
  if (call.isDry) return { id: null, before, parts };
  const id = randomText(ID_CHARACTERS);
  const amountMinor = sumOf(parts);
  const owner = { accountId, customerId, invoiceId };
  const said = { amountMinor, currency, parts, reason, createdMs: nowMs };
  await insertRefund(tx, { id, ...owner, ...said, state: 'sending' });
  await bumpAccessVersion(tx, accountId);
  await appendAudit(tx, [
    {
      recordedMs: nowMs,
      actor,
      action: 'billing.refund_requested',
      subject: { kind: 'invoice', id: invoiceId },
      accountId,
      reason,
      before: { paid_minor: before.paidMinor, refunded_minor: before.refundedMinor, currency },
      after: { refund: id, refunded_minor: before.refundedMinor + amountMinor, currency },
    },
  ]);
  return { id, before, parts };
}

/** Locks the account; refuses where its profile is another by now than what was looked at. */
export async function requireLook(tx: Tx, accountId: number, version: number): Promise<void> {
  const account = await lockAccount(tx, accountId);
  assert(account !== undefined, 'an invoice is of an account');
  refuseStale(version, account.accessVersion + (await findRevision(tx, account.ownerUserId)));
}

/** Asks Stripe, from wherever that was left, and settles; answers what came of it. */
async function carryOut(deps: RefundDependencies, id: string, nowMs: number): Promise<Refund> {
  const refund = await getRefund(deps.database, id);
  if (refund.state === 'sending') {
    const given: RefundPart[] = [];
    const refusal = await give(deps.gateway, refund, given);
    await settle(deps.database, { refund, given, refusal, nowMs });
  }
  await deps.refresh(refund.customerId);
  return getRefund(deps.database, id);
}

/** Asked again under the same keys it has happened once; answers why Stripe would not go on. */
async function give(
  gateway: PaymentGateway,
  { id, parts }: Refund,
  given: RefundPart[],
): Promise<RefundRefusal | null> {
  for (const [index, part] of parts.entries()) {
    try {
      await gateway.refundPayment({ ...part, idempotencyKey: `refund:${id}:${index}` });
      given.push(part);
    } catch (error) {
      // Everything else may be otherwise at the next attempt.
      if (!(error instanceof AppError) || error.code !== PROVIDER_REFUSED.code) throw error;
      const { code, message, details } = error;
      return { code, message, members: details.members ?? {} };
    }
  }
  return null;
}

interface Settling {
  readonly refund: Refund;
  readonly given: readonly RefundPart[];
  readonly refusal: RefundRefusal | null;
  readonly nowMs: number;
}

async function settle(
  database: Database,
  { refund, given, refusal, nowMs }: Settling,
): Promise<void> {
  const { id, accountId, invoiceId, reason } = refund;
  // What was given of one payment stays given, though another could not be.
  const isRefused = given.length === 0;
  const parts = isRefused ? refund.parts : given;
  const amountMinor = sumOf(parts);
  await database.transaction(async (tx) => {
    const settlement = { id, parts, amountMinor, refusal: isRefused ? refusal : null, nowMs };
    if (!(await settleRefund(tx, settlement))) return;
    await appendAudit(tx, [
      {
        recordedMs: nowMs,
        actor: ACTOR,
        action: isRefused ? 'billing.refund_refused' : 'billing.refund_done',
        subject: { kind: 'invoice', id: invoiceId },
        accountId,
        reason,
        after: { refund: id, amount_minor: amountMinor, code: refusal?.code ?? null },
      },
    ]);
  });
}
