import type { Clock } from '@whisperforge/kernel/clock';
import type { Consumer } from '../../outbox/index.ts';
import { refreshEntries, type RefreshDependencies } from './refresh.ts';

/**
 * Brings the entries of an account up to date as soon as something of it has changed. News that
 * arrive together are one reading; it reads what is so by then, in whatever order they come.
 */
export function createEntriesConsumer(
  deps: RefreshDependencies & { readonly clock: Clock },
): Consumer {
  let waiting = new Set<number>();
  let next: Promise<unknown> | undefined;
  const refreshSoon = async (): Promise<void> => {
    // Those that are told in the same moment come along.
    await Promise.resolve();
    const accountIds = [...waiting];
    waiting = new Set();
    next = undefined;
    await refreshEntries(deps, accountIds, deps.clock.nowMs());
  };
  return {
    name: 'directory_entries',
    topics: ['access.changed', 'user.changed', 'billing.command_settled'],
    async handle({ accountId }) {
      if (accountId === null) return;
      waiting.add(accountId);
      await (next ??= refreshSoon());
    },
  };
}
