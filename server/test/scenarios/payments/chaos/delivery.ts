import type Stripe from 'stripe';
import { pause } from '../../support/pause.ts';
import type { Random } from '../../support/random.ts';
import type { SupervisedServer } from '../../support/supervised-server.ts';
import { SECRET } from '../support/rig.ts';
import { signed } from '../support/signed.ts';

const SENDERS = 8;
const PATIENCE_MS = 5_000;
const AGAIN_MS = 20;

export interface Delivery {
  /** Ids of events that a 200 was answered for. */
  readonly acknowledged: Set<string>;
  delivered: number;
  /** Of one event after the other, what was answered last: 200, or why not. */
  readonly refusals: Map<string, number>;
}

export function createDelivery(): Delivery {
  return { acknowledged: new Set(), delivered: 0, refusals: new Map() };
}

/** Sends events to one server or another, and again what was not acknowledged, as Stripe does. */
export async function deliverTo(
  servers: readonly SupervisedServer[],
  events: readonly Stripe.Event[],
  { delivery, random }: { readonly delivery: Delivery; readonly random: Random },
): Promise<void> {
  const queue = events.values();
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      const draw = random.fork();
      for (const event of queue) {
        while (!(await send(await addressOf(servers, draw), event, delivery)))
          await pause(AGAIN_MS);
        delivery.acknowledged.add(event.id);
        delivery.delivered += 1;
      }
    }),
  );
}

/** One of those that serve, by chance; where one is down, the other has to do. */
async function addressOf(servers: readonly SupervisedServer[], draw: Random): Promise<string> {
  const first = draw.pick(servers);
  const others = servers.filter((server) => server !== first);
  return Promise.any([
    first.url(),
    ...others.map(async (other) => {
      await pause(AGAIN_MS);
      return other.url();
    }),
  ]);
}

async function send(url: string, event: Stripe.Event, { refusals }: Delivery): Promise<boolean> {
  const { body, header } = signed(event, { secret: SECRET });
  try {
    const answer = await fetch(`${url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': header },
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await answer.body?.cancel();
    const said = String(answer.status);
    if (!answer.ok) refusals.set(said, (refusals.get(said) ?? 0) + 1);
    return answer.ok;
  } catch {
    // The server was killed before it answered; whether it has kept the event is not known.
    return false;
  }
}

/** What comes of events on their way: some are lost, some come twice, and none in their order. */
export function scatter(
  events: readonly Stripe.Event[],
  random: Random,
  { lost, twice }: { readonly lost: number; readonly twice: number },
): Stripe.Event[] {
  return events
    .filter(() => !random.chance(lost))
    .flatMap((event) => (random.chance(twice) ? [event, event] : [event]))
    .map((event) => ({ event, at: random.next() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ event }) => event);
}
