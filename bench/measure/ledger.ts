import pg from 'pg';
import { SCHEMA } from '../database.ts';
import type { Acknowledged } from '../load/order.ts';
import { AMOUNT, FEATURE } from '../load/questions.ts';
import { userName } from '../load/template.ts';

/**
 * What the server has acknowledged, held against what the database has: each must be there once,
 * and nothing else.
 */
export class Ledger {
  readonly #client: pg.Client;
  readonly #booked: Float64Array;
  readonly #held: Float64Array;
  #events = 0;
  #webhooks = 0;

  constructor(databaseUrl: string, users: number) {
    this.#client = new pg.Client({ connectionString: databaseUrl });
    this.#booked = new Float64Array(users);
    this.#held = new Float64Array(users);
  }

  async open(): Promise<void> {
    await this.#client.connect();
    await this.#client.query(`SET search_path = ${SCHEMA}`);
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  get events(): number {
    return this.#events;
  }

  add({ events, webhooks, booked, held }: Acknowledged): void {
    this.#events += events;
    this.#webhooks += webhooks;
    for (const [user, amount] of booked.entries()) this.#booked[user]! += amount;
    for (const [user, amount] of held.entries()) this.#held[user]! += amount;
  }

  /** Throws where a balance differs by anything from what was acknowledged for its user. */
  async compareBalances(): Promise<void> {
    const { rows } = await this.#client.query<{ user: string; used: string; reserved: string }>(
      `SELECT u.external_id AS user, b.used, b.reserved
       FROM balances b JOIN users u USING (account_id) WHERE b.feature = $1`,
      [FEATURE],
    );
    const found = new Map(rows.map((row) => [row.user, row]));
    for (const [index, booked] of this.#booked.entries()) {
      const held = this.#held[index]!;
      const row = found.get(userName(index));
      const used = Number(row?.used ?? 0);
      const reserved = Number(row?.reserved ?? 0);
      if (used === booked && reserved === held) continue;
      throw new Error(
        `${userName(index)} has used ${used} and reserved ${reserved}, but ${booked} and ${held} ` +
          'were acknowledged.',
      );
    }
  }

  /** Throws where there are more or fewer events than were acknowledged. */
  async compareEvents(): Promise<void> {
    const { rows } = await this.#client.query<{ events: string; amount: string | null }>(
      'SELECT count(*) AS events, sum(resource_consumed) AS amount FROM usage_events',
    );
    const events = Number(rows[0]?.events ?? 0);
    const amount = Number(rows[0]?.amount ?? 0);
    if (events !== this.#events || amount !== this.#events * AMOUNT) {
      throw new Error(`${events} events are stored, and ${this.#events} were acknowledged.`);
    }
    const { rows: stored } = await this.#client.query<{ n: string }>(
      'SELECT count(*) AS n FROM stripe_events',
    );
    const webhooks = Number(stored[0]?.n ?? 0);
    if (webhooks === this.#webhooks) return;
    throw new Error(
      `${webhooks} events of Stripe are stored, and ${this.#webhooks} were acknowledged.`,
    );
  }

  /** Takes away all events and their keys; what they added to the balances stays. */
  async forgetEvents(): Promise<void> {
    await this.#client.query('TRUNCATE usage_events, usage_keys');
    this.#events = 0;
  }

  /** Does at once what Postgres would else still do in the background after so many writes. */
  async settle(): Promise<void> {
    await this.#client.query('VACUUM (ANALYZE) usage_events, usage_keys, balances, reservations');
    await this.#client.query('CHECKPOINT');
  }
}
