import type { Clock } from '@whisperforge/kernel/clock';
import { parseQuantity } from '@whisperforge/kernel/quantity';
import { openDatabase } from '../../../src/adapters/postgres/index.ts';
import {
  boostQuota,
  endOverride,
  grantPack,
  overridePlan,
  type CommandDependencies,
  type CommandTarget,
} from '../../../src/domains/access/index.ts';
import { createAccounts, loadAnchors } from '../../../src/domains/accounts/index.ts';
import { createCatalogCache } from '../../../src/domains/plans/index.ts';
import { loadFacts } from '../../../src/domains/subscriptions/index.ts';
import { createUsage } from '../../../src/domains/usage/index.ts';

/** The commands by which staff change what somebody may do, in another process than the server. */
export interface StaffDoor extends AsyncDisposable {
  overridePlan(user: string, plan: string, expiresMs: number | null): Promise<number>;
  endOverride(user: string, overrideId: number): Promise<void>;
  boost(user: string, boost: Extra): Promise<number>;
  /** Answers null where the same source has granted before. */
  grantPack(user: string, pack: Extra & { readonly sourceId: string }): Promise<number | null>;
}

export interface Extra {
  readonly feature: string;
  /** A decimal. */
  readonly amount: string;
  readonly expiresMs: number | null;
}

const GRACE_DAYS = 7;

export async function openStaffDoor(databaseUrl: string, clock: Clock): Promise<StaffDoor> {
  const database = openDatabase({
    url: databaseUrl,
    schema: 'billing',
    applicationName: 'scenario staff',
    maxConnections: 2,
  });
  const catalog = createCatalogCache({ database });
  await catalog.load();
  const accounts = createAccounts({ database });
  const usage = createUsage({
    database,
    clock,
    catalog,
    sources: { graceDays: GRACE_DAYS, loadFacts, loadAnchors },
  });
  const deps: CommandDependencies = { database, catalog, usage };
  const targetOf = async (user: string): Promise<CommandTarget> => ({
    accountId: (await accounts.getUser(user)).accountId,
    context: {
      actor: { kind: 'cli', id: 'scenario' },
      nowMs: clock.nowMs(),
      reason: 'a scenario needs it',
    },
  });
  return {
    async overridePlan(user, plan, expiresMs) {
      const made = await overridePlan(deps, await targetOf(user), { plan, expiresMs });
      return made.overrideId;
    },
    endOverride: async (user, overrideId) => endOverride(deps, await targetOf(user), overrideId),
    async boost(user, boost) {
      const made = await boostQuota(deps, await targetOf(user), { ...boost, amount: read(boost) });
      return made.overrideId;
    },
    async grantPack(user, { sourceId, ...pack }) {
      const source = { source: 'scenario', sourceId };
      const amount = read(pack);
      const made = await grantPack(deps, await targetOf(user), { ...pack, ...source, amount });
      return made.grantId;
    },
    async [Symbol.asyncDispose]() {
      await usage.close();
      await database.close();
    },
  };
}

function read({ amount }: Extra): bigint {
  const quantity = parseQuantity(amount);
  if (quantity === undefined) throw new Error(`no decimal: ${amount}`);
  return quantity;
}
