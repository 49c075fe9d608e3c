import { collection, type Row } from '../engine/collection.ts';
import type { Store } from '../engine/store.ts';
import type { Tx } from '../engine/transaction.ts';
import { NO_CHAOS, type WebhookChaos } from './chaos.ts';

/** What was asked for by the sandbox's controls, and stays over a restart. */
interface WebhookSettings extends Row {
  readonly chaos: WebhookChaos;
  /** `null` for those that the sandbox was started with. */
  readonly retryDelaysMs: readonly number[] | null;
}

const settings = collection<WebhookSettings>('webhook_settings');

const THE_ROW = 'account';
const USUAL: WebhookSettings = { id: THE_ROW, chaos: NO_CHAOS, retryDelaysMs: null };

export function webhookSettings(store: Pick<Store, 'find'> | Tx): WebhookSettings {
  return store.find(settings, THE_ROW) ?? USUAL;
}

export function setWebhookSettings(
  tx: Tx,
  change: Partial<Omit<WebhookSettings, 'id'>>,
): WebhookSettings {
  return tx.put(settings, { ...webhookSettings(tx), ...change });
}
