import { dunningSettings, setDunning } from '../billing/invoices/dunning.ts';
import type { Tx } from '../engine/transaction.ts';
import { boolean, emptyable, integer, list, oneOf, optional, type Params } from '../http/params.ts';
import { route, type Route } from '../http/routes.ts';
import { isAdvanceLimited, limitAdvance } from '../clocks/test-clock.ts';
import { setWebhookSettings, webhookSettings } from '../webhooks/settings.ts';

const specs = {
  dunning_retry_days: optional(list(integer({ least: 1, most: 60 }), 20)),
  dunning_end: optional(oneOf('cancel', 'past_due', 'unpaid')),
  limit_clock_advance: optional(boolean),
  webhook_retry_delays_ms: emptyable(list(integer({ least: 0, most: 86_400_000 }), 50)),
} as const;

function show(tx: Tx): object {
  const { retryDays, end } = dunningSettings(tx);
  return {
    dunning_retry_days: retryDays,
    dunning_end: end,
    limit_clock_advance: isAdvanceLimited(tx),
    webhook_retry_delays_ms: webhookSettings(tx).retryDelaysMs,
  };
}

function set(tx: Tx, said: Params<typeof specs>): object {
  const { dunning_retry_days: retryDays, dunning_end: end } = said;
  setDunning(tx, {
    ...(retryDays === undefined ? {} : { retryDays }),
    ...(end === undefined ? {} : { end }),
  });
  if (said.limit_clock_advance !== undefined) limitAdvance(tx, said.limit_clock_advance);
  const { webhook_retry_delays_ms: retryDelaysMs } = said;
  if (retryDelaysMs !== undefined) setWebhookSettings(tx, { retryDelaysMs });
  return show(tx);
}

const path = '/_sandbox/settings';

export const settingsRoutes: readonly Route<object>[] = [
  route('GET', path, {}, show),
  route('POST', path, specs, (tx, { params }) => set(tx, params)),
];
