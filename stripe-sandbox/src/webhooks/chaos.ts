import { createHash } from 'node:crypto';

/** How webhooks go astray; each is the share of deliveries, from 0 to 1, that it happens to. */
export interface WebhookChaos {
  /** Sent twice. */
  readonly duplicate: number;
  /** Sent after whatever comes within `delayMs`. */
  readonly delay: number;
  readonly delayMs: number;
  /** Sent after the next one to the same endpoint. */
  readonly reorder: number;
  /** Never sent; the event still stands in the list of events. */
  readonly drop: number;
}

export const NO_CHAOS: WebhookChaos = { duplicate: 0, delay: 0, delayMs: 0, reorder: 0, drop: 0 };

/** What becomes of one delivery. */
export interface Fate {
  readonly isDropped: boolean;
  readonly isDuplicated: boolean;
  readonly isReordered: boolean;
  readonly delayMs: number;
}

/** The fate of a delivery: the same for the same seed, event and endpoint. */
export function fateOf(chaos: WebhookChaos, seed: string, delivery: string): Fate {
  const digest = createHash('sha256').update(`${seed} ${delivery}`).digest();
  const draw = (at: number): number => digest.readUInt32BE(at * 4) / 2 ** 32;
  return {
    isDropped: draw(0) < chaos.drop,
    isDuplicated: draw(1) < chaos.duplicate,
    isReordered: draw(2) < chaos.reorder,
    delayMs: draw(3) < chaos.delay ? Math.round(draw(4) * chaos.delayMs) : 0,
  };
}
