import type { Database } from '../../../../platform/database.ts';
import { publish } from '../../../outbox/index.ts';
import { queueMail } from '../../mail/store.ts';
import { wantCustomers } from '../../inbox/store.ts';
import type { Projector } from '../../projection/projector.ts';
import { isAway, patiently } from '../patiently.ts';
import {
  compareCustomer,
  compareTwice,
  type Compared,
  type CompareOptions,
  type Wanted,
} from './compare.ts';
import { accountNamed, loadOurs, loadTheirs, unseen } from './customers.ts';
import { isSuspicious, mostDisappearing } from './decide-stop.ts';
import { insertReconciliation, type Reconciliation } from './store.ts';

export interface ReconcileOptions extends CompareOptions {
  readonly database: Database;
  readonly projector: Projector;
  /** Whether anybody of the staff is to be told. */
  readonly hasStaff: boolean;
}

export interface ReconcileRequest {
  readonly startedBy: 'job' | 'cli' | 'staff';
  /** Whether what differs is made right. */
  readonly applies: boolean;
  /** One customer alone; all of ours and all of Stripe's where nothing is said. */
  readonly customerId?: string;
  /** How many may disappear where somebody has looked and says so. */
  readonly allowed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, of: number) => void;
}

export interface ReconciledCustomer extends Compared {
  readonly isMended: boolean;
}

export interface ReconcileReport extends Reconciliation {
  /** Those that differ; where it stopped, those that were found until then. */
  readonly customers: readonly ReconciledCustomer[];
  /** Customers of Stripe's that are nobody's here. */
  readonly strangers: number;
}

export interface Reconciler {
  /**
   * Compares everybody on record with Stripe, and where that is asked for makes right what differs,
   * once all are compared: where too many disappear it stops, and has changed nothing.
   */
  run(request: ReconcileRequest): Promise<ReconcileReport>;
}

const AT_ONCE = 4;

export function createReconciler(options: ReconcileOptions): Reconciler {
  return {
    async run(request) {
      const startedMs = options.clock.nowMs();
      const walk = await walkAll(options, request);
      const { isStopped, found } = walk;
      const mends = request.applies && !isStopped;
      const customers = mends
        ? await mendAll(options, found, request.signal)
        : found.map((each) => ({ ...each, isMended: false }));
      const mended = customers.filter(({ isMended }) => isMended).length;
      const row: Reconciliation = {
        startedBy: request.startedBy,
        startedMs,
        endedMs: options.clock.nowMs(),
        outcome: isStopped ? 'stopped' : outcomeOf(customers.length, mended),
        compared: walk.compared,
        different: customers.length,
        mended,
        disappearing: found.filter(({ disappears }) => disappears).length,
        mostDisappearing: walk.most,
      };
      await keep(options, row, found);
      return { ...row, customers, strangers: walk.strangers };
    },
  };
}

function outcomeOf(different: number, mended: number): Reconciliation['outcome'] {
  if (different === 0) return 'equal';
  return different === mended ? 'mended' : 'different';
}

interface Walk {
  readonly found: readonly Compared[];
  readonly isStopped: boolean;
  readonly compared: number;
  readonly most: number;
  readonly strangers: number;
}

async function walkAll(options: ReconcileOptions, request: ReconcileRequest): Promise<Walk> {
  const { database, gateway } = options;
  const { customerId, signal, onProgress } = request;
  const all = await loadOurs(database);
  const live = all.filter(({ liveId }) => liveId !== null).length;
  const most = request.allowed ?? mostDisappearing(live);
  const ours = all.filter((each) => customerId === undefined || each.customerId === customerId);
  const theirs =
    customerId === undefined ? await loadTheirs(gateway, signal) : new Set([customerId]);
  // Those first that Stripe does not list, so that a wrong account is known at once.
  const inOrder = ours.toSorted(
    (a, b) => Number(theirs.has(a.customerId)) - Number(theirs.has(b.customerId)),
  );
  const found: Compared[] = [];
  let compared = 0;
  for (let from = 0; from < inOrder.length; from += AT_ONCE) {
    signal?.throwIfAborted();
    const some = inOrder.slice(from, from + AT_ONCE);
    const answers = await Promise.all(some.map((each) => compareTwice(options, each)));
    found.push(...answers.filter((each) => each !== null));
    compared += some.length;
    onProgress?.(compared, inOrder.length);
    const gone = found.filter(({ disappears }) => disappears).length;
    const isTooMany =
      request.allowed === undefined ? isSuspicious(gone, live) : gone > request.allowed;
    if (isTooMany) return { found, isStopped: true, compared, most, strangers: 0 };
  }
  const known = new Set(all.map((each) => each.customerId));
  const strangers = [...theirs].filter((id) => !known.has(id));
  found.push(...(await findUnlinked(options, await unseen(database, strangers), signal)));
  return { found, isStopped: false, compared, most, strangers: strangers.length };
}

/** Customers of Stripe's that say of which account they are, and are not noted there. */
async function findUnlinked(
  { database, gateway }: ReconcileOptions,
  customerIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Compared[]> {
  const unlinked: Compared[] = [];
  for (let from = 0; from < customerIds.length; from += AT_ONCE) {
    signal?.throwIfAborted();
    const some = customerIds.slice(from, from + AT_ONCE);
    const named = await Promise.all(
      some.map(async (customerId) => ({
        customerId,
        accountId: await accountNamed(database, gateway, customerId),
      })),
    );
    for (const { customerId, accountId } of named) {
      if (accountId !== null) unlinked.push(unlinkedOf(customerId, accountId));
    }
  }
  return unlinked;
}

function unlinkedOf(customerId: string, accountId: number): Compared {
  const difference = {
    about: `customer ${customerId}`,
    what: 'is not noted',
    recorded: '',
    found: `account ${accountId}`,
  };
  return {
    customerId,
    accountId,
    differences: [difference],
    disappears: false,
    isMendable: true,
  };
}

/** Makes right what can be, one customer after the other, and looks whether it is. */
async function mendAll(
  options: ReconcileOptions,
  found: readonly Compared[],
  signal: AbortSignal | undefined,
): Promise<ReconciledCustomer[]> {
  const customers: ReconciledCustomer[] = [];
  for (const each of found) {
    signal?.throwIfAborted();
    const isMended = each.isMendable && (await mendSurely(options, each));
    customers.push({ ...each, isMended });
  }
  return customers;
}

/** What one of them cannot be mended for, the projector has told of; the others are mended. */
async function mendSurely(options: ReconcileOptions, of: Compared): Promise<boolean> {
  try {
    return await mend(options, of);
  } catch (error) {
    if (isAway(error)) throw error;
    return false;
  }
}

async function mend(options: ReconcileOptions, of: Compared): Promise<boolean> {
  const { database, projector } = options;
  const { customerId, accountId } = of;
  const done = await patiently(() => projector.refresh(customerId));
  // Whoever is at it may have read the customer before; the worker looks once more.
  if (done === 'busy') {
    await database.transaction((tx) => wantCustomers(tx, [customerId]));
    return false;
  }
  const wanted: Wanted = { customerId, accountId, liveId: null };
  return (await compareCustomer(options, wanted)) === null;
}

/** What came of it, and where it stopped, the news of it. */
async function keep(
  { database, hasStaff }: ReconcileOptions,
  row: Reconciliation,
  found: readonly Compared[],
): Promise<void> {
  await database.transaction(async (tx) => {
    const id = await insertReconciliation(tx, row);
    if (row.outcome !== 'stopped') return;
    const { endedMs: nowMs, disappearing, mostDisappearing: most } = row;
    const gone = found.filter(({ disappears }) => disappears);
    const payload = {
      reconciliation_id: id,
      disappearing,
      most_disappearing: most,
      customers: gone.map(({ customerId }) => customerId),
    };
    const topic = 'billing.reconciliation_stopped';
    await publish(tx, [{ topic, payload, recordedMs: nowMs }]);
    const [first] = gone;
    if (!hasStaff || first === undefined) return;
    const data = { title: 'reconciliation with Stripe has stopped', text: explained(row) };
    const key = `reconciliation_stopped:${id}`;
    const { accountId } = first;
    await queueMail(tx, { key, kind: 'staff_attention', data, accountId, dueMs: nowMs }, nowMs);
  });
}

export function explained(row: Pick<Reconciliation, 'disappearing' | 'mostDisappearing'>): string {
  return (
    `${row.disappearing} customers with a live subscription would lose it, because Stripe does ` +
    `not know them or their subscriptions any more; ${row.mostDisappearing} is the most that is ` +
    'taken for granted, and never everybody. Nothing was changed and nobody was canceled. See ' +
    'whether STRIPE_SECRET_KEY is of the right account of Stripe.'
  );
}
