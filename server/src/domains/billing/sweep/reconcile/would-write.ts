import { formatQuantity } from '@whisperforge/kernel/quantity';
import type { Executor } from '../../../../platform/database.ts';
import type { CommandDependencies } from '../../../access/index.ts';
import {
  findHistory,
  findSubscriptionOfStripe,
  loadFacts,
  type RecordedSubscription,
} from '../../../subscriptions/index.ts';
import type { RemoteCustomer } from '../../gateway/remote.ts';
import type { Effect, Projection } from '../../projection/effect.ts';
import type { Obstacle } from '../../projection/obstacles/obstacle.ts';
import { project, type Written } from '../../projection/project.ts';
import { differencesOf, type Difference, type Recorded } from './difference.ts';

export interface Found {
  readonly accountId: number;
  readonly customer: RemoteCustomer;
  readonly retrievedMs: number;
}

/** What a projection would have done, thrown so that nothing of it is kept. */
class Undone extends Error {
  override readonly name = 'Undone';
  readonly would: Would;

  constructor(would: Would) {
    super('a projection was tried out');
    this.would = would;
  }
}

export interface Would {
  readonly differences: readonly Difference[];
  /** What a person has to resolve; mending does not. */
  readonly obstacle: Obstacle | null;
}

/** Tries a projection out: everything is written, compared with what was, and undone. */
export async function wouldWrite(
  deps: CommandDependencies,
  effects: readonly Effect[],
  found: Found,
): Promise<Would> {
  let before: Recorded | undefined;
  let projection: Projection | undefined;
  try {
    const outcome = await project(deps, {
      ...found,
      effects: [
        ...effects,
        (projected) => {
          projection = projected;
          return Promise.resolve();
        },
      ],
      async claim(tx) {
        before = await readRecorded(tx, found);
        return true;
      },
      async finish(tx, written) {
        if (before === undefined || projection === undefined) return;
        throw new Undone(
          told(projection, written, { before, after: await readRecorded(tx, found) }),
        );
      },
    });
    throw new TypeError(`a projection that is tried out is undone, and not ${outcome.kind}`);
  } catch (error) {
    if (error instanceof Undone) return error.would;
    throw error;
  }
}

function told(
  { access, invoices }: Projection,
  written: Written,
  { before, after }: { readonly before: Recorded; readonly after: Recorded },
): Would {
  const bills = invoices.map(({ invoice, before: stored }) => ({
    about: `invoice ${invoice.id}`,
    what: stored === null ? 'is missing' : 'says otherwise',
    recorded: stored?.status ?? '',
    found: invoice.status,
  }));
  return {
    differences: [...differencesOf(access.catalog, before, after), ...bills],
    obstacle: written.kind === 'projected' ? null : written,
  };
}

async function readRecorded(
  executor: Executor,
  { accountId, customer, retrievedMs }: Found,
): Promise<Recorded> {
  const subscriptions = new Map<string, RecordedSubscription>();
  for (const { id } of customer.subscriptions) {
    const recorded = await findSubscriptionOfStripe(executor, id);
    if (recorded !== null) subscriptions.set(id, recorded);
  }
  const history = await findHistory(executor, accountId);
  const facts = (await loadFacts(executor, [accountId], retrievedMs)).get(accountId);
  const granted = [...(facts?.packs ?? []), ...(facts?.boosts ?? [])].filter(
    ({ expiresMs }) => expiresMs === null || expiresMs > retrievedMs + 1,
  );
  return {
    subscriptions,
    historyIds: history.map(({ id }) => id),
    grants: granted.map(({ amount, feature }) => `${formatQuantity(amount)} ${feature}`),
  };
}
