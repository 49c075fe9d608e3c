import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemClock } from '@whisperforge/kernel/clock';
import { requestOf, type Template } from './template.ts';

/** What the server under test takes for Stripe's. */
export const WEBHOOK_SECRET = 'whsec_bench';

/** An event as it is sent, indented and all, with its id and its customer still to be written. */
const EVENT = readFileSync(new URL('./invoice-paid.json', import.meta.url), 'utf8');
const SIGNATURE_MARK = '*'.repeat(64);

/** A signed event; whoever has written its id signs it anew. */
export function makeWebhook(at: {
  readonly path: string;
  readonly host: string;
  readonly stream: string;
}): Template {
  const seconds = Math.floor(systemClock.nowMs() / 1_000);
  const template = requestOf({
    path: at.path,
    headers: {
      'host': at.host,
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': `t=${seconds},v1=${SIGNATURE_MARK}`,
    },
    text: EVENT.replace('STREAM', at.stream),
  });
  const signatureAt = template.bytes.indexOf(SIGNATURE_MARK);
  const bodyAt = template.bytes.indexOf('\r\n\r\n') + 4;
  return {
    ...template,
    finish(bytes) {
      const signed = createHmac('sha256', WEBHOOK_SECRET).update(`${seconds}.`);
      bytes.write(signed.update(bytes.subarray(bodyAt)).digest('hex'), signatureAt, 'latin1');
    },
  };
}
