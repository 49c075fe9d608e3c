import type { LoadOrder, LoadStart, Question } from './order.ts';
import { makeWebhook } from './webhook.ts';
import { makeTemplate, SOME_USER, someKey, type Template } from './template.ts';

export const EVENTS_PER_BATCH = 1_000;
/** What one question books or holds. */
export const AMOUNT = 1;

/** The feature that is counted, and the event that counts towards it. */
export const FEATURE = 'audio_minutes';
const EVENT = 'audio_processed';
const BOOLEAN_FEATURE = 'custom_prompts';
/** The longest that is allowed, so that nothing runs out while it is measured. */
const TTL_SECONDS = 7 * 86_400;

/** The request of a question, with the user and the key still to be written. */
export function templateOf(order: LoadOrder, start: LoadStart, stream: string): Template {
  const { path, question } = order;
  const host = `${start.host}:${start.port}`;
  if (question === 'webhook') return makeWebhook({ path, host, stream });
  const { secretKey } = start;
  return makeTemplate({ path, host, secretKey, body: bodyOf(question, stream) });
}

function bodyOf(question: Exclude<Question, 'webhook'>, stream: string): unknown {
  const user = SOME_USER;
  const idempotency_key = someKey(stream);
  const event = { user, event: EVENT, amount: AMOUNT, idempotency_key };
  switch (question) {
    case 'check':
      return { user, feature: FEATURE, amount: 5 };
    case 'check_boolean':
      return { user, feature: BOOLEAN_FEATURE };
    case 'track':
      return event;
    case 'reserve':
    case 'reserve_commit':
      return { user, feature: FEATURE, amount: AMOUNT, ttl_seconds: TTL_SECONDS, idempotency_key };
    case 'batch':
      return { events: Array.from({ length: EVENTS_PER_BATCH }, () => event) };
  }
}

/** Where the product takes a question. */
export function pathOf(question: Question): string {
  switch (question) {
    case 'check':
    case 'check_boolean':
      return '/v1/check';
    case 'track':
      return '/v1/track';
    case 'batch':
      return '/v1/track/batch';
    case 'reserve':
    case 'reserve_commit':
      return '/v1/reservations';
    case 'webhook':
      return '/webhooks/stripe';
  }
}

/** What a booked reservation is committed with. */
export const COMMIT_BODY = { amount: AMOUNT };
