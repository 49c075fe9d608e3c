import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { LIVEMODE_WRONG } from '../errors.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { storeEvents, type ReceivedEvent } from './store.ts';

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
      const isNew = await database.transaction((tx) => storeEvents(tx, distinct(together)));
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
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      const event = received(gateway, { rawBody, signature, nowMs });
      waiting.push({ event, resolve, reject });
      if (!isWriting) void go();
      return promise;
    },
  };
}

function distinct(together: readonly Waiting[]): ReceivedEvent[] {
  return [...new Map(together.map(({ event }) => [event.id, event])).values()];
}

function received(
  gateway: PaymentGateway,
  { rawBody, signature, nowMs }: { rawBody: Buffer; signature: string; nowMs: number },
): ReceivedEvent {
  const event = gateway.readEvent(rawBody, signature);
  if (event.isLive !== gateway.isLive) {
    const mode = (isLive: boolean): string => (isLive ? 'live' : 'test');
    throw new AppError(LIVEMODE_WRONG, {
      message: `The event is of the ${mode(event.isLive)} mode, and this server of the other.`,
    });
  }
  return {
    ...event,
    payload: rawBody.toString('utf8'),
    receivedMs: nowMs,
    ignoredBecause: event.customerId === null ? 'it is about no customer' : null,
    note:
      event.apiVersion === gateway.apiVersion
        ? null
        : `it was rendered at ${event.apiVersion ?? 'no version'}; the object is read anew`,
  };
}
