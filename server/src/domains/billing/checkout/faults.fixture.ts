import type { PaymentGateway } from '../gateway/gateway.ts';

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Method = (...args: readonly unknown[]) => unknown;

export interface Fault {
  /** Before the call goes out; throws where the process ends there. */
  before?(name: string): Promise<void> | void;
  /** After Stripe has answered, before anybody hears of it. */
  after?(name: string): Promise<void> | void;
}

/** The real gateway, with something happening around its calls. */
export function faulty(gateway: PaymentGateway, fault: Fault): PaymentGateway {
  return new Proxy(gateway, {
    get(target, name: keyof PaymentGateway) {
      const member = target[name];
      if (typeof member !== 'function') return member;
      return async (...args: readonly unknown[]) => {
        await fault.before?.(name);
        const answer = await (member as Method)(...args);
        await fault.after?.(name);
        return answer;
      };
    },
  });
}

/** A process that ends at the n-th place around a call of the gateway, and never before. */
export function killedAt(gateway: PaymentGateway, place: number): PaymentGateway {
  let at = 0;
  const pass = (): void => {
    at += 1;
    if (at >= place) throw new Error('killed');
  };
  return faulty(gateway, { before: pass, after: pass });
}
