import { accountLinksOf, checkoutsOf, portalOf } from './billing/purchases.ts';
import type { AccountLinks, Checkouts, Portal } from './billing/purchases.ts';
import { quotesOf } from './billing/quotes.ts';
import type { Quotes } from './billing/quotes.ts';
import { subscriptionsOf } from './billing/subscriptions.ts';
import type { Subscriptions } from './billing/subscriptions.ts';
import { EventBuffer } from './booking/buffer.ts';
import { createPostBatch } from './booking/post-batch.ts';
import { UnavailableError } from './errors.ts';
import { createFallback } from './gating/fallback.ts';
import type { Fallback } from './gating/fallback.ts';
import { metricsOf } from './metrics.ts';
import { surveyLinksOf, type SurveyLinks } from './surveys.ts';
import type { Metrics } from './metrics.ts';
import { withDefaults } from './options.ts';
import type { ErrorContext, Settings, WhisperForgeOptions } from './options.ts';
import { createPending } from './transport/pending.ts';
import type { Pending } from './transport/pending.ts';
import { hold, runWithReservation } from './booking/reservation.ts';
import type { Hold, HoldOptions, Work, WorkAnswer } from './booking/reservation.ts';
import { createSend } from './transport/send.ts';
import type { Send } from './transport/send.ts';
import { createTransport } from './transport/transport.ts';
import type { Transport } from './transport/transport.ts';
import type {
  Amount,
  Balance,
  CallOptions,
  CheckAnswer,
  CheckOptions,
  CommitAnswer,
  ExtendAnswer,
  RequestOptions,
  ReservationAnswer,
  ReserveOptions,
  TrackAnswer,
  TrackEvent,
  Usage,
} from './types.ts';
import { featuresOf, packsOf, plansOf } from './wire/catalogue.ts';
import type { Features, Packs, Plans } from './wire/catalogue.ts';
import { levelsOf, usersOf } from './wire/users.ts';
import type { Levels, Users } from './wire/users.ts';
import {
  fromEvent,
  fromUsage,
  reservationPath,
  toBalance,
  toCheck,
  toCommit,
  toExtend,
  toReservation,
  toTrack,
} from './wire/answers.ts';
import type { WireBalance, WireCheck, WireCommit } from './wire/answers.ts';
import type { WireExtend, WireReservation, WireTrack } from './wire/answers.ts';

// Rules change when a plan is edited, which is rare.
const RULES_REFRESH_MS = 600_000;

const DEFAULT_CLOSE_TIMEOUT_MS = 10_000;

/**
 * The client of one service, made once per process. All methods reject with `WhisperForgeError`
 * (a refused request), `UnavailableError` (no answer after the retries) or the reason of the
 * caller's own signal. A normal "no" is an answer, except from `withReservation` and `hold`.
 */
export class WhisperForge {
  readonly users: Users;
  readonly levels: Levels;
  readonly plans: Plans;
  readonly packs: Packs;
  readonly features: Features;
  readonly quotes: Quotes;
  readonly checkout: Checkouts;
  readonly portal: Portal;
  readonly accountLinks: AccountLinks;
  readonly subscriptions: Subscriptions;
  readonly metrics: Metrics;
  readonly surveyLinks: SurveyLinks;
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #send: Send;
  readonly #fallback: Fallback;
  readonly #buffer: EventBuffer;
  /** Bookings on their way, which `close` waits for. */
  readonly #pending: Pending;

  constructor(options: WhisperForgeOptions) {
    const settings = withDefaults(options);
    const { clock, random, onError } = settings;
    this.#settings = settings;
    this.#transport = createTransport(settings);
    const send = createSend(this.#transport, settings);
    this.#send = send;
    this.#pending = createPending(clock);
    this.#fallback = createFallback({
      ...settings.lastKnown,
      clock,
      overrides: settings.onUnavailable,
      refreshMs: RULES_REFRESH_MS,
      loadRules: () => this.features.list(),
      onError: (error) => onError(error, { during: 'features' }),
    });
    this.#buffer = new EventBuffer({
      ...settings.batch,
      clock,
      random,
      post: createPostBatch(this.#transport, settings),
      onFlushError: (error) => onError(error, { during: 'flush' }),
      onRefused: (error, event) => onError(error, { during: 'event', event }),
    });
    this.users = usersOf(send);
    this.levels = levelsOf(send);
    this.plans = plansOf(send);
    this.packs = packsOf(send);
    this.features = featuresOf(send);
    this.quotes = quotesOf(send);
    this.checkout = checkoutsOf(send);
    this.portal = portalOf(send);
    this.accountLinks = accountLinksOf(send);
    this.subscriptions = subscriptionsOf(send);
    this.metrics = metricsOf(send);
    this.surveyLinks = surveyLinksOf(send);
  }

  /**
   * May this user do this? Changes nothing and never rejects for want of the service: within
   * `timeoutMs`, one retry included, it answers by the feature's rule instead, and then says so
   * with `unavailable: true` and where the answer is from.
   */
  async check(user: string, feature: string, options: CheckOptions = {}): Promise<CheckAnswer> {
    const { amount, value, signal } = options;
    const { timeoutMs, retries } = this.#settings;
    const question = { user, feature, amount, value };
    this.#fallback.refresh();
    try {
      const wire = await this.#transport.send({
        method: 'POST',
        path: '/v1/check',
        body: JSON.stringify(question),
        signal,
        retries: Math.min(1, retries),
        // Half for each try: a connection that hangs must leave time for another.
        timeoutMs: retries === 0 ? timeoutMs : timeoutMs / 2,
        totalTimeoutMs: timeoutMs,
      });
      const answer = toCheck(wire as WireCheck);
      this.#fallback.remember(question, answer);
      return answer;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      return this.#fallback.answer(question, error);
    }
  }

  /**
   * Books what has happened, at once. It is never refused for quota unless `enforce` is set; then
   * `recorded` is false and nothing is booked. Retries count once.
   */
  async track(event: TrackEvent, options: CallOptions = {}): Promise<TrackAnswer> {
    const idempotencyKey = event.idempotencyKey ?? crypto.randomUUID();
    const body = fromEvent({ ...event, idempotencyKey });
    return toTrack((await this.#post('/v1/track', body, options.signal)) as WireTrack);
  }

  /**
   * Books what has happened, soon and in batches. Resolves when the event is in the buffer; while
   * the buffer is full it waits for room (`batch.whenFull`), so await it. The event gets its key
   * and its time now, and stays until the service has answered for it: a batch that fails is sent
   * again, and an event that the service refuses is reported to `onError`.
   */
  enqueue(event: TrackEvent): Promise<void> {
    return this.#buffer.enqueue(event);
  }

  /**
   * Sends what is enqueued now. Resolves when all of it is answered for; rejects when a try fails,
   * in which case the events are kept and sent again by themselves.
   */
  flush(): Promise<void> {
    return this.#buffer.flush();
  }

  /**
   * Takes no more events, sends those it has, and waits for bookings on their way, for at most
   * `timeoutMs` (default 10,000). Rejects with `UnsentEventsError`, which hands the events back,
   * when that was not enough.
   */
  async close(options: { timeoutMs?: number } = {}): Promise<void> {
    const { timeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = options;
    await Promise.all([this.#buffer.close(timeoutMs), this.#pending.settled(timeoutMs)]);
  }

  /** Holds an amount that nobody else can have until it is committed, released or expires. */
  async reserve(
    user: string,
    feature: string,
    amount: Amount,
    options: ReserveOptions = {},
  ): Promise<ReservationAnswer> {
    const body = {
      user,
      feature,
      amount,
      ttl_seconds: options.ttlSeconds,
      idempotency_key: options.idempotencyKey ?? crypto.randomUUID(),
    };
    const wire = await this.#post('/v1/reservations', body, options.signal);
    return toReservation(wire as WireReservation);
  }

  /**
   * Books what was really used, which may be less or more than was held. The reservation itself
   * is the key: repeated with the same amount it counts once, with another it is refused with 409.
   */
  async commit(
    reservationId: string,
    usage: Usage,
    options: CallOptions = {},
  ): Promise<CommitAnswer> {
    const path = `${reservationPath(reservationId)}/commit`;
    const booked = this.#post(path, fromUsage(usage), options.signal);
    return toCommit((await this.#pending.add(booked)) as WireCommit);
  }

  /** Gives back what was held. */
  async release(reservationId: string, options: CallOptions = {}): Promise<Balance> {
    const released = this.#post(`${reservationPath(reservationId)}/release`, {}, options.signal);
    return toBalance((await this.#pending.add(released)) as WireBalance);
  }

  /** Holds the amount for at least `ttlSeconds` from now; a hold is never shortened. */
  async extend(
    reservationId: string,
    ttlSeconds: number,
    options: CallOptions = {},
  ): Promise<ExtendAnswer> {
    const path = `${reservationPath(reservationId)}/extend`;
    const wire = await this.#post(path, { ttl_seconds: ttlSeconds }, options.signal);
    return toExtend(wire as WireExtend);
  }

  /**
   * Holds `amount`, runs `work`, and books the `amount` and the cost that the work returns. When
   * the work throws, the hold is released and its error rethrown as it was. Long work is extended
   * by itself. Rejects with `NotAllowedError` before the work begins when the user may not, and
   * with `CommitFailedError`, which carries the work's result, when it could not be booked.
   */
  async withReservation<Result>(
    user: string,
    feature: string,
    amount: Amount,
    work: Work<Result>,
    options: HoldOptions = {},
  ): Promise<WorkAnswer<Result>> {
    const held = await this.hold(user, feature, amount, options);
    return runWithReservation(held, work, options.signal);
  }

  /**
   * `withReservation` for work that is not one function: holds the amount, and keeps it held until
   * `commit` or `release` is called. Rejects with `NotAllowedError` when the user may not.
   */
  hold(user: string, feature: string, amount: Amount, options: HoldOptions = {}): Promise<Hold> {
    const { clock, onError } = this.#settings;
    const parts = {
      calls: this,
      clock,
      onError: (error: unknown, during: 'extend' | 'release', reservationId: string) =>
        onError(error, { during, reservationId }),
    };
    return hold(parts, { user, feature, amount, options });
  }

  /**
   * Any call of the HTTP contract, with this client's key, time-outs and retries. The answer is
   * the wire's own JSON, in snake_case.
   */
  request<Answer = unknown>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    options: RequestOptions = {},
  ): Promise<Answer> {
    return this.#send<Answer>(method, path, options);
  }

  /** Reports what went wrong in the background; the middleware has no caller to tell. */
  report(error: unknown, context: ErrorContext): void {
    this.#settings.onError(error, context);
  }

  #post(path: string, body: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    return this.#transport.send({ method: 'POST', path, body: JSON.stringify(body), signal });
  }
}
