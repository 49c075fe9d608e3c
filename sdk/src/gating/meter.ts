import { WhisperForgeError } from '../errors.ts';
import type { Hold, HoldOptions } from '../booking/reservation.ts';
import type { Amount, Reservation, Usage } from '../types.ts';
import { addAccountUrl } from './account-url.ts';
import type { AccountUrl, Reporter } from './account-url.ts';
import { gateFailed, readOption } from './gate.ts';
import type { UserId } from './gate.ts';
import { refuseError, refuseStranger } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** What a meter needs of the client. */
export interface Holder extends Reporter {
  hold(user: string, feature: string, amount: Amount, options?: HoldOptions): Promise<Hold>;
}

export interface MeterOptions<Given extends readonly unknown[]> {
  /** The app's id of the signed-in user; nothing when nobody is, which is answered with 401. */
  readonly user: (...given: Given) => UserId | Promise<UserId>;
  /** The most that the request may use; it is held until the response is done. */
  readonly amount: Amount | ((...given: Given) => Amount | Promise<Amount>);
  /**
   * What a request used that succeeded without its handler calling `meter.report`. Without this
   * option the whole amount that was held is booked.
   */
  readonly usage?: ((...given: Given) => Usage) | undefined;
  readonly ttlSeconds?: number | undefined;
  /** Where a refused user can buy or pay; the problem says it as `account_url`. */
  readonly accountUrl?: AccountUrl<Given> | undefined;
}

/** What the handler of a metered route has at hand. */
export interface Meter {
  readonly reservation: Reservation;
  /** Aborts when the client is gone and the hold is settled. Pass it on, so that work stops. */
  readonly signal: AbortSignal;
  /**
   * States what was used and what it cost, before the response ends; the last call counts. It is
   * booked unless the response is a 5xx, also when the client has gone meanwhile: the work is done.
   */
  readonly report: (usage: Usage) => void;
  readonly extend: (ttlSeconds: number) => Promise<void>;
}

/** How the middleware ends a meter. The first call counts; none of them rejects. */
export interface Settlement {
  readonly isReported: () => boolean;
  /** The response is complete: books on success, releases on an error that reported nothing. */
  finish(status: number): Promise<void>;
  /** The client is gone before the response was complete. */
  abandon(): Promise<void>;
}

export interface OpenMeter {
  readonly meter: Meter;
  readonly settlement: Settlement;
}

export type Opened =
  | { readonly allowed: true; readonly open: OpenMeter }
  | { readonly allowed: false; readonly refusal: Refusal };

/** A handler that asks for a meter it does not run under has a mistake in its routes. */
export function requireMeter(meter: Meter | undefined, feature: string): Meter {
  if (meter !== undefined) return meter;
  const message = `This request does not run under a meter of ${feature}`;
  throw new WhisperForgeError(message, { code: 'meter_missing' });
}

/** Books what a finished request used; what cannot be booked is reported with its usage. */
async function book(client: Holder, held: Hold, usage: Usage): Promise<void> {
  const reservationId = held.reservation.id;
  try {
    await held.commit(usage);
  } catch (error) {
    client.report(error, { during: 'commit', reservationId, usage });
  }
}

function startMeter(client: Holder, held: Hold, usageOf: () => Usage): OpenMeter {
  const { reservation } = held;
  const gone = new AbortController();
  let reported: Usage | undefined;
  let settled = false;

  async function settle(usage: Usage | undefined): Promise<void> {
    settled = true;
    await (usage === undefined ? held.release() : book(client, held, usage));
  }

  function usageByStatus(status: number): Usage | undefined {
    if (status >= 500) return undefined;
    if (reported !== undefined || status >= 400) return reported;
    try {
      return usageOf();
    } catch (error) {
      client.report(error, { during: 'usage', reservationId: reservation.id });
      return undefined;
    }
  }

  const meter: Meter = {
    reservation,
    signal: gone.signal,
    extend: held.extend,
    report: (usage) => {
      if (settled) {
        const message = `Reservation ${reservation.id} is settled: report before the response ends`;
        throw new WhisperForgeError(message, { code: 'meter_settled' });
      }
      reported = usage;
    },
  };
  const settlement: Settlement = {
    isReported: () => reported !== undefined,
    finish: async (status) => {
      if (!settled) await settle(usageByStatus(status));
    },
    abandon: async () => {
      if (settled) return;
      gone.abort();
      await settle(reported);
    },
  };
  return { meter, settlement };
}

/** Holds the amount before the handler runs, or says how to refuse the request. */
export async function openMeter<Given extends readonly unknown[]>(
  client: Holder,
  feature: string,
  options: MeterOptions<Given>,
  given: Given,
): Promise<Opened> {
  const user = await options.user(...given);
  if (user === null || user === undefined || user === '') {
    return { allowed: false, refusal: refuseStranger(feature) };
  }
  const amount = await readOption(options.amount, given);
  let held: Hold;
  try {
    held = await client.hold(user, feature, amount, { ttlSeconds: options.ttlSeconds });
  } catch (error) {
    const refusal = refuseError(feature, error);
    if (refusal === undefined) throw gateFailed(feature, error);
    const { accountUrl } = options;
    if (accountUrl === undefined) return { allowed: false, refusal };
    const address = (): Promise<string> | string => accountUrl(user, ...given);
    return { allowed: false, refusal: await addAccountUrl(client, refusal, { user, address }) };
  }
  const usageOf = (): Usage => options.usage?.(...given) ?? { amount };
  return { allowed: true, open: startMeter(client, held, usageOf) };
}
