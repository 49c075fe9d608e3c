import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { LIVEMODE_WRONG, WEBHOOK_MALFORMED } from '../errors.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import type { RemoteEvent } from '../gateway/remote.ts';
import { findFault } from './decide-storable.ts';
import { isKept, receivedEvent, type ReceivedEvent } from './received.ts';
import { storeEvents } from './store.ts';

export interface Intake {
  /**
   * Verifies and keeps an event; resolves once it is durable. Answers whether it was new. Throws
   * `webhook_signature_invalid`, `webhook_signature_expired`, `webhook_malformed` and
   * `webhook_livemode_wrong`, and has then kept nothing.
   */
  receive(delivered: {
    readonly rawBody: Buffer;
    readonly signature: string;
    readonly nowMs: number;
  }): Promise<boolean>;
}

export interface IntakeOptions {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  /** Told when there is something to look at. */
  readonly onStored: () => void;
}

/** More events in one transaction gain nothing. */
const MOST_TOGETHER = 100;

interface Waiting {
  readonly event: ReceivedEvent;
  readonly resolve: (isNew: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes events in. Those that arrive while others are being written are written together after
 * them, in one transaction: each is answered after the commit that holds it.
 */
export function createIntake({ database, gateway, onStored }: IntakeOptions): Intake {
  let waiting: Waiting[] = [];
  let isWriting = false;

  const write = async (together: readonly Waiting[]): Promise<void> => {
    try {
      const isNew = await storeEvents(database, distinct(together));
      onStored();
      for (const { event, resolve } of together) resolve(isNew.has(event.id));
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  };

  const go = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const together = waiting.slice(0, MOST_TOGETHER);
      waiting = waiting.slice(MOST_TOGETHER);
      await write(together);
    }
    isWriting = false;
  };

  return {
    receive({ rawBody, signature, nowMs }) {
      const event = received(gateway, { rawBody, signature, nowMs });
      if (!isKept(event)) return Promise.resolve(false);
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      waiting.push({ event, resolve, reject });
      if (!isWriting) void go();
      return promise;
    },
  };
}

function distinct(together: readonly Waiting[]): ReceivedEvent[] {
  return [...new Map(together.map(({ event }) => [event.id, event])).values()];
}

/** One that cannot be stored is refused by itself, since it would take others along. */
function readEvent(gateway: PaymentGateway, payload: string, signature: string): RemoteEvent {
  const event = gateway.readEvent(payload, signature);
  const fault = findFault(event);
  if (fault === undefined) return event;
  throw new AppError(WEBHOOK_MALFORMED, { message: `The event has ${fault}.` });
}

function received(
  gateway: PaymentGateway,
  { rawBody, signature, nowMs }: { rawBody: Buffer; signature: string; nowMs: number },
): ReceivedEvent {
  // Made text once, for the signature, the reading and the table.
  const payload = rawBody.toString('utf8');
  const event = readEvent(gateway, payload, signature);
  if (event.isLive !== gateway.isLive) {
    const mode = (isLive: boolean): string => (isLive ? 'live' : 'test');
    throw new AppError(LIVEMODE_WRONG, {
      message: `The event is of the ${mode(event.isLive)} mode, and this server of the other.`,
    });
  }
  const { apiVersion } = gateway;
  return receivedEvent(event, { payload, receivedMs: nowMs, apiVersion });
}
