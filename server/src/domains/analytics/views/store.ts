import { sql } from 'kysely';
import type { Executor } from '../../../platform/database.ts';
import { minorUnitsOf } from '../fold/parts.ts';
import { dimensions, type Dimension } from '../metrics/store.ts';

/** A value that figures can be asked for. */
export interface SegmentValue {
  readonly dimension: Dimension;
  readonly value: string;
}

const MOST_VALUES = 500;

/** Every value of every dimension that a book knows; few, since each is a segment. */
export async function findSegmentValues(
  executor: Executor,
  bookId: number,
): Promise<SegmentValue[]> {
  const found = await Promise.all(
    dimensions.map(async (dimension) => {
      const { rows } = await sql<{ value: string }>`
        SELECT DISTINCT ${sql.ref(dimension)}::text AS value FROM revenue_days
        WHERE book_id = ${bookId} ORDER BY 1 LIMIT ${MOST_VALUES}`.execute(executor.sql);
      return rows.map(({ value }) => ({ dimension, value }));
    }),
  );
  return found.flat();
}

export interface FoundCustomer {
  readonly id: number;
  readonly origin: string;
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly signedUpOn: string | null;
  readonly country: string;
  readonly source: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly cohort: string | null;
  /** Of the account, where there is one of ours. */
  readonly users: readonly { readonly user: string; readonly name: string }[];
}

export async function findCustomer(
  executor: Executor,
  { customerId, bookId }: { readonly customerId: number; readonly bookId: number },
): Promise<FoundCustomer | undefined> {
  const { rows } = await sql<FoundCustomer>`
    SELECT customer.id, customer.origin, customer.external_key AS key, customer.name,
      customer.email, customer.signed_up_on AS "signedUpOn",
      coalesce(standing.country, customer.country) AS country,
      coalesce(standing.source, customer.source) AS source,
      customer.attributes, standing.cohort,
      coalesce(json_agg(json_build_object('user', member.external_id,
        'name', coalesce(member.name, member.email)) ORDER BY member.id)
        FILTER (WHERE member.id IS NOT NULL), '[]') AS users
    FROM revenue_customers customer
    LEFT JOIN revenue_standings standing
      ON standing.customer_id = customer.id AND standing.book_id = ${bookId}
    LEFT JOIN users member ON member.account_id = customer.account_id
    WHERE customer.id = ${customerId}
    GROUP BY customer.id, standing.book_id, standing.customer_id`.execute(executor.sql);
  return rows[0];
}

/** What moved a customer's MRR at an instant, in minor units of its own currency. */
export interface StoryMovement {
  readonly at: number;
  readonly day: string;
  readonly kind: string;
  readonly plan: string;
  readonly cycle: string;
  readonly currency: string;
  readonly amountMinor: number;
  readonly isCorrection: boolean;
}

const MOST_MOVEMENTS = 500;

/** The latest first; what corrections took back is not among them. */
export async function findStory(
  executor: Executor,
  { customerId, bookId }: { readonly customerId: number; readonly bookId: number },
): Promise<StoryMovement[]> {
  const { rows } = await sql<
    Omit<StoryMovement, 'amountMinor' | 'isCorrection'> & { parts: string; is_correction: boolean }
  >`
    SELECT effective_at AS at, day, kind, plan, cycle, currency, sum(parts)::text AS parts,
      bool_or(is_correction) AS is_correction
    FROM revenue_movements WHERE book_id = ${bookId} AND customer_id = ${customerId}
    GROUP BY effective_at, day, kind, plan, cycle, currency
    HAVING sum(parts) <> 0 OR sum(customers) <> 0
    ORDER BY effective_at DESC, kind LIMIT ${MOST_MOVEMENTS}`.execute(executor.sql);
  return rows.map(({ parts, is_correction: isCorrection, ...row }) => ({
    ...row,
    isCorrection,
    amountMinor: Number(minorUnitsOf(BigInt(parts))),
  }));
}
