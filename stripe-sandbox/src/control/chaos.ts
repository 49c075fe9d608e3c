import type { Tx } from '../engine/transaction.ts';
import { invalid } from '../http/errors.ts';
import { decimal, integer, optional, type Params, type Spec } from '../http/params.ts';
import { route, type Route } from '../http/routes.ts';
import { NO_CHAOS, type WebhookChaos } from '../webhooks/chaos.ts';
import { setWebhookSettings, webhookSettings } from '../webhooks/settings.ts';

/** A share from 0 to 1. */
const share: Spec<number> = {
  read(value, name) {
    const number = Number(decimal().read(value, name));
    if (number >= 0 && number <= 1) return number;
    throw invalid(`Invalid ${name}: it must be a share from 0 to 1.`, { param: name });
  },
};

const specs = {
  duplicate: optional(share),
  delay: optional(share),
  delay_ms: optional(integer({ least: 0, most: 3_600_000 })),
  reorder: optional(share),
  drop: optional(share),
} as const;

function shown({ duplicate, delay, delayMs, reorder, drop }: WebhookChaos): object {
  return { duplicate, delay, delay_ms: delayMs, reorder, drop };
}

function set(tx: Tx, said: Params<typeof specs>): WebhookChaos {
  const known = webhookSettings(tx).chaos;
  const chaos: WebhookChaos = {
    duplicate: said.duplicate ?? known.duplicate,
    delay: said.delay ?? known.delay,
    delayMs: said.delay_ms ?? known.delayMs,
    reorder: said.reorder ?? known.reorder,
    drop: said.drop ?? known.drop,
  };
  return setWebhookSettings(tx, { chaos }).chaos;
}

const path = '/_sandbox/chaos';

export const chaosRoutes: readonly Route<object>[] = [
  route('GET', path, {}, (tx) => shown(webhookSettings(tx).chaos)),
  route('POST', path, specs, (tx, { params }) => shown(set(tx, params))),
  route('DELETE', path, {}, (tx) => shown(setWebhookSettings(tx, { chaos: NO_CHAOS }).chaos)),
];
