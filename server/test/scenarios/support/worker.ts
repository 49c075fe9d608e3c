import assert from 'node:assert/strict';
import type { HttpRequest } from './connection.ts';
import type { BookedEvent, Ledger } from './ledger.ts';
import { FREE_USERS, LIMITED_USER, levelUser } from './load-users.ts';
import type { PatientClient } from './patient-client.ts';
import type { Random } from './random.ts';

export interface WorkerOptions {
  readonly number: number;
  readonly client: PatientClient;
  readonly ledger: Ledger;
  readonly random: Random;
}

type Deed = () => Promise<void>;
type Body = Record<string, unknown>;

const EVENT_TYPES = ['audio_processed', 'content_generated', 'api_call', 'ai_call'];
const TTL_SECONDS = 6 * 86_400;
const MOST_IN_BATCH = 30;

/** Answers a function that does one deed after the other, each until it is acknowledged. */
export function createWorker(options: WorkerOptions): () => Promise<void> {
  const { client, ledger, random } = options;
  let count = 0;
  const nextId = (): string => {
    count += 1;
    return `${options.number}-${count}`;
  };
  const call = async (request: HttpRequest): Promise<Body> => {
    const { status, body, attempts } = await client.call(request);
    assert.equal(status, 200, `${request.path} answered ${status}: ${JSON.stringify(body)}`);
    const { duplicate } = body as { duplicate?: boolean };
    assert.ok(duplicate !== true || attempts > 1, `${request.path} was called a repeat at once`);
    ledger.acknowledge({ isRepeat: duplicate === true });
    return body as Body;
  };
  const post = (path: string, body: unknown): Promise<Body> => call({ method: 'POST', path, body });
  const deeds = [
    ...deedsOfTracking({ post, ledger, random, nextId }),
    ...deedsOfHolding({ post, ledger, random, nextId }),
    setLevel,
    look,
  ];
  return () => random.pick(deeds)();

  async function setLevel(): Promise<void> {
    const user = levelUser(options.number);
    const amount = String(random.between(0, 50));
    const path = `/v1/users/${user}/levels/kb_files`;
    await call({ method: 'PUT', path, body: { amount } });
    ledger.setLevel(user, amount);
  }

  async function look(): Promise<void> {
    const user = random.pick(FREE_USERS);
    const { allowed } = await post('/v1/check', { user, feature: 'audio_minutes' });
    assert.equal(allowed, true);
    await call({ method: 'GET', path: `/v1/users/${user}/usage` });
  }
}

interface Hands {
  readonly post: (path: string, body: unknown) => Promise<Body>;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly nextId: () => string;
}

function deedsOfTracking({ post, ledger, random, nextId }: Hands): Deed[] {
  const newEvent = (user: string): BookedEvent => ({
    id: nextId(),
    user,
    eventType: random.pick(EVENT_TYPES),
    amount: decimal(random),
    tokensIn: random.chance(0.5) ? random.between(0, 5_000) : null,
    tokensOut: random.chance(0.5) ? random.between(0, 2_000) : null,
    costCents: random.chance(0.5) ? decimal(random) : null,
    reservationId: null,
  });
  const remember = (event: BookedEvent): void => {
    ledger.book(event);
    ledger.useKey(event.id);
  };
  const track = async (): Promise<void> => {
    const event = newEvent(random.pick(FREE_USERS));
    const { recorded } = await post('/v1/track', trackBody(event));
    assert.equal(recorded, true);
    remember(event);
  };
  const enforced = async (): Promise<void> => {
    const event = { ...newEvent(LIMITED_USER), eventType: 'audio_processed' };
    const { recorded } = await post('/v1/track', { ...trackBody(event), enforce: true });
    if (recorded === true) remember(event);
  };
  const batch = async (): Promise<void> => {
    const count = random.between(2, MOST_IN_BATCH);
    const events = Array.from({ length: count }, () => newEvent(random.pick(FREE_USERS)));
    const { results } = await post('/v1/track/batch', { events: events.map(trackBody) });
    for (const result of results as Body[]) assert.equal(result['recorded'], true);
    assert.equal((results as Body[]).length, count);
    for (const event of events) remember(event);
  };
  return [track, track, track, enforced, batch];
}

function deedsOfHolding({ post, ledger, random, nextId }: Hands): Deed[] {
  const feature = 'audio_minutes';
  return [hold(() => random.pick(FREE_USERS)), hold(() => LIMITED_USER)];

  function hold(chooseUser: () => string): Deed {
    return async () => {
      const [user, amount, key] = [chooseUser(), decimal(random), nextId()];
      const body = { user, feature, amount, ttl_seconds: TTL_SECONDS, idempotency_key: key };
      const answer = await post('/v1/reservations', body);
      if (answer['granted'] !== true) {
        assert.equal(user, LIMITED_USER, 'only who is limited is refused');
        return;
      }
      const id = String(answer['id']);
      ledger.useKey(key);
      const held = { id, user, feature, amount };
      ledger.hold({ ...held, status: 'held' });
      if (random.chance(0.2)) {
        await post(`/v1/reservations/${id}/extend`, { ttl_seconds: TTL_SECONDS });
      }
      if (random.chance(0.5)) {
        await commit(held);
        ledger.hold({ ...held, status: 'committed' });
      } else if (random.chance(0.6)) {
        await post(`/v1/reservations/${id}/release`, undefined);
        ledger.hold({ ...held, status: 'released' });
      }
    };
  }

  /** What was really used is never more than what was held, so that no limit is passed. */
  async function commit(held: { id: string; user: string; amount: string }): Promise<void> {
    const event: BookedEvent = {
      id: nextId(),
      user: held.user,
      eventType: 'audio_processed',
      amount: random.chance(0.5) ? held.amount : '0.5',
      tokensIn: random.between(0, 5_000),
      tokensOut: random.between(0, 2_000),
      costCents: decimal(random),
      reservationId: held.id,
    };
    await post(`/v1/reservations/${held.id}/commit`, {
      amount: event.amount,
      ...costOf(event),
      metadata: { id: event.id },
    });
    ledger.book(event);
  }
}

function trackBody(event: BookedEvent): Body {
  return {
    user: event.user,
    event: event.eventType,
    amount: event.amount,
    ...costOf(event),
    metadata: { id: event.id },
    idempotency_key: event.id,
  };
}

function costOf(event: BookedEvent): Body {
  return {
    ...(event.tokensIn !== null && { tokens_in: event.tokensIn }),
    ...(event.tokensOut !== null && { tokens_out: event.tokensOut }),
    ...(event.costCents !== null && { cost_cents: event.costCents }),
  };
}

/** At least 0.5, with up to six decimals. */
function decimal(random: Random): string {
  const micros = random.between(500_000, 3_000_000);
  const decimals = random.pick([1, 1_000, 100_000]);
  return String((Math.floor(micros / decimals) * decimals) / 1_000_000);
}
