import { machineMs } from '../clock.ts';
import type { Deeds } from '../engine/deeds.ts';
import type { Change, Store } from '../engine/store.ts';
import type { Tx } from '../engine/transaction.ts';
import { eventDestinations } from '../events/destination.ts';
import { confirm, events } from '../events/event.ts';
import { thinBodyOf } from '../events/thin-event.ts';
import { webhookEndpoints } from '../events/endpoint.ts';
import { fateOf, type Fate } from './chaos.ts';
import { deliveries, type DeliveryRow } from '../events/delivery.ts';
import { Lane } from './lane.ts';
import { post, postThin } from './post.ts';
import { webhookSettings } from './settings.ts';

export interface SenderOptions {
  readonly store: Store;
  readonly deeds: Deeds;
  readonly seed: string;
  readonly apiVersion: string;
  /** How long to wait before each further attempt; after the last, a delivery is given up. */
  readonly retryDelaysMs: readonly number[];
  readonly answerTimeoutMs: number;
}

/** To one endpoint. */
const MOST_UNDER_WAY = 8;
/** How long one that is to come after the next waits where none comes. */
const LONGEST_HOLD_MS = 100;
/** How long to wait before a journal that could not be written is tried again. */
const NOT_KEPT_WAIT_MS = 1_000;
/** The longest that a timer of Node's can be set to. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Sends events to webhook endpoints, signed, again where they are not confirmed with a 2xx. */
export class WebhookSender {
  readonly #options: SenderOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #stop = new AbortController();
  #wake: NodeJS.Timeout | undefined;
  #isScheduled = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
    for (const delivery of options.store.oldestFirst(deliveries)) this.#add(delivery);
  }

  /** Hears what a deed has changed. */
  noticed(changes: readonly Change[]): void {
    for (const { collection, after } of changes) {
      if (collection.name !== deliveries.name) continue;
      if (after !== undefined) this.#add(after as DeliveryRow);
      this.poke();
    }
  }

  /** Looks for what is to be sent, once the present deed is over. */
  poke(): void {
    if (this.#isScheduled || this.#stop.signal.aborted) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#sendDue();
    });
  }

  /** Resolves when every event has been confirmed or given up. */
  async settled(): Promise<void> {
    if (this.#options.store.count(deliveries) === 0 || this.#stop.signal.aborted) return;
    this.#idle ??= Promise.withResolvers<void>();
    this.poke();
    await this.#idle.promise;
  }

  stop(): void {
    clearTimeout(this.#wake);
    this.#stop.abort();
    this.#idle?.resolve();
  }

  #add(delivery: DeliveryRow): void {
    let lane = this.#lanes.get(delivery.endpoint);
    if (lane === undefined) this.#lanes.set(delivery.endpoint, (lane = new Lane()));
    lane.add(delivery, machineMs());
  }

  #sendDue(): void {
    if (this.#stop.signal.aborted) return;
    let wakeMs = Infinity;
    for (const [endpoint, lane] of this.#lanes) {
      this.#sendIn(lane);
      wakeMs = Math.min(wakeMs, lane.wakeMs);
      if (lane.underWay === 0 && lane.wakeMs === Infinity) this.#lanes.delete(endpoint);
    }
    clearTimeout(this.#wake);
    if (wakeMs !== Infinity) {
      const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(1, wakeMs - machineMs()));
      this.#wake = setTimeout(() => this.#sendDue(), waitMs);
    }
    if (this.#options.store.count(deliveries) > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  #sendIn(lane: Lane): void {
    const nowMs = machineMs();
    if (lane.held !== undefined && lane.held.untilMs <= nowMs) this.#release(lane);
    while (lane.underWay < MOST_UNDER_WAY) {
      const delivery = lane.take(nowMs);
      if (delivery === undefined) return;
      // What was sent, given up or put off meanwhile is in the lane again, or gone.
      if (!this.#stands(delivery)) continue;
      const fate = this.#fateOf(delivery);
      const isFirst = delivery.attempts === 0 && delivery.dueMs === 0;
      if (isFirst && fate.delayMs > 0) {
        this.#postpone(delivery, { attempts: 0, dueMs: nowMs + fate.delayMs });
      } else if (isFirst && fate.isReordered && lane.held === undefined) {
        lane.held = { delivery, untilMs: nowMs + LONGEST_HOLD_MS };
      } else void this.#send(lane, delivery, fate);
    }
  }

  #stands(delivery: DeliveryRow): boolean {
    return this.#options.store.find(deliveries, delivery.id) === delivery;
  }

  #release(lane: Lane): void {
    const { held } = lane;
    lane.held = undefined;
    if (held === undefined || !this.#stands(held.delivery)) return;
    void this.#send(lane, held.delivery, this.#fateOf(held.delivery));
  }

  #fateOf(delivery: DeliveryRow): Fate {
    const { store, seed } = this.#options;
    return fateOf(webhookSettings(store).chaos, seed, delivery.id);
  }

  async #send(lane: Lane, delivery: DeliveryRow, fate: Fate): Promise<void> {
    const isFirst = delivery.attempts === 0;
    if (isFirst && fate.isDropped) return this.#finish(delivery, false);
    lane.underWay += 1;
    let isConfirmed = await this.#post(delivery);
    if (fate.isDuplicated && isFirst) isConfirmed = (await this.#post(delivery)) && isConfirmed;
    lane.underWay -= 1;
    if (this.#stop.signal.aborted) return;
    const { store, retryDelaysMs } = this.#options;
    const delaysMs = webhookSettings(store).retryDelaysMs ?? retryDelaysMs;
    const delayMs = delaysMs[delivery.attempts];
    const isOver = isConfirmed || delayMs === undefined || !this.#hasReceiver(delivery);
    if (isOver) this.#finish(delivery, isConfirmed);
    else {
      const attempts = delivery.attempts + 1;
      this.#postpone(delivery, { attempts, dueMs: machineMs() + delayMs });
    }
    this.#release(lane);
    this.poke();
  }

  #hasReceiver({ endpoint }: DeliveryRow): boolean {
    const { store } = this.#options;
    const receiver =
      store.find(webhookEndpoints, endpoint) ?? store.find(eventDestinations, endpoint);
    return receiver?.isEnabled === true;
  }

  async #post(delivery: DeliveryRow): Promise<boolean> {
    const { store, apiVersion, answerTimeoutMs } = this.#options;
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(answerTimeoutMs)]);
    const destination = store.find(eventDestinations, delivery.endpoint);
    if (destination !== undefined) {
      const body = thinBodyOf(store, delivery.event);
      return body !== undefined && destination.isEnabled && postThin(body, destination, signal);
    }
    const endpoint = store.find(webhookEndpoints, delivery.endpoint);
    const event = store.find(events, delivery.event);
    if (event === undefined || endpoint?.isEnabled !== true) return false;
    return post(event, endpoint, { apiVersion, signal });
  }

  #postpone(delivery: DeliveryRow, change: Pick<DeliveryRow, 'attempts' | 'dueMs'>): void {
    this.#keep((tx) => {
      if (tx.find(deliveries, delivery.id) === delivery) {
        tx.put(deliveries, { ...delivery, ...change });
      }
    });
  }

  #finish(delivery: DeliveryRow, isConfirmed: boolean): void {
    this.#keep((tx) => {
      if (isConfirmed) confirm(tx, delivery.event, delivery.endpoint);
      // One that was asked for anew meanwhile is still to go.
      if (tx.find(deliveries, delivery.id) === delivery) tx.remove(deliveries, delivery.id);
    });
    this.poke();
  }

  /** Notes what became of a delivery: later, where the journal does not take it now. */
  #keep(work: (tx: Tx) => void): void {
    if (this.#stop.signal.aborted || this.#options.deeds.run(work).kind === 'kept') return;
    setTimeout(() => this.#keep(work), NOT_KEPT_WAIT_MS).unref();
  }
}
