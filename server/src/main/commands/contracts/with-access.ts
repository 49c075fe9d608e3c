import { systemClock } from '@whisperforge/kernel/clock';
import type { CommandDependencies } from '../../../domains/access/index.ts';
import { createAccounts, loadAnchors, type Accounts } from '../../../domains/accounts/index.ts';
import { createCatalogCache } from '../../../domains/plans/index.ts';
import { loadFacts } from '../../../domains/subscriptions/index.ts';
import { createUsage } from '../../../domains/usage/index.ts';
import { readConfig } from '../../config.ts';
import { withDatabase, type CommandContext } from '../context.ts';

interface AccessParts {
  readonly accounts: Accounts;
  readonly commands: CommandDependencies;
}

/** What changes of access need, and nothing of payments: a contract asks Stripe for nothing. */
export async function withAccess(
  context: CommandContext,
  work: (parts: AccessParts) => Promise<void>,
): Promise<void> {
  const { graceDays } = readConfig(context.env);
  await withDatabase(context, async (database) => {
    const catalog = createCatalogCache({ database });
    const sources = { graceDays, loadFacts, loadAnchors };
    const usage = createUsage({ database, clock: systemClock, catalog, sources });
    const accounts = createAccounts({ database });
    try {
      await work({ accounts, commands: { database, catalog, usage } });
    } finally {
      await usage.close();
    }
  });
}
