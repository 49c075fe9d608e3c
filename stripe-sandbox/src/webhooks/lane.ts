import { Heap } from '../engine/heap.ts';
import type { DeliveryRow } from '../events/delivery.ts';

/** What is to go to one endpoint, each endpoint for itself: a slow one holds up no other. */
export class Lane {
  /** How many are being sent. */
  underWay = 0;
  /** Waits until another has gone before it, or until there is none for a while. */
  held: { readonly delivery: DeliveryRow; readonly untilMs: number } | undefined;
  #ready: DeliveryRow[] = [];
  #next = 0;
  readonly #later = new Heap<DeliveryRow>((one, other) => one.dueMs < other.dueMs);

  add(delivery: DeliveryRow, nowMs: number): void {
    if (delivery.dueMs > nowMs) this.#later.push(delivery);
    else this.#ready.push(delivery);
  }

  /** The next that may be sent now; it is taken out. */
  take(nowMs: number): DeliveryRow | undefined {
    while (this.#later.first !== undefined && this.#later.first.dueMs <= nowMs) {
      this.#ready.push(this.#later.shift()!);
    }
    const taken = this.#ready[this.#next];
    if (taken === undefined) {
      this.#ready = [];
      this.#next = 0;
      return undefined;
    }
    this.#next += 1;
    return taken;
  }

  /** When there is something to be done that is not to be done now; epoch milliseconds. */
  get wakeMs(): number {
    return Math.min(this.#later.first?.dueMs ?? Infinity, this.held?.untilMs ?? Infinity);
  }
}
