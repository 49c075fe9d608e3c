import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Annotation, AnnotationPage, AnnotationTerms, WrittenKind } from './annotation.ts';
import type { PublishedVersion } from './decide-publications.ts';

interface Row {
  id: number;
  day: string;
  until_day: string | null;
  kind: string;
  title: string;
  detail: string;
  staff_name: string | null;
  revision: number;
}

/** A page of those that touch a span of days, by day. */
export async function findAnnotations(
  executor: Executor,
  { from, to }: DaySpan,
  { isLatestFirst, after, limit }: AnnotationPage,
): Promise<Annotation[]> {
  const [beyond, way] = isLatestFirst ? [sql`<`, sql`DESC`] : [sql`>`, sql`ASC`];
  const isBeyond = after
    ? sql`(a.day, 0, a.id) ${beyond}
        (${after.day}::date, ${Number(after.isSystem)}, ${after.serial})`
    : sql`true`;
  const { rows } = await sql<Row>`
    SELECT a.id, a.day, a.until_day, a.kind, a.title, a.detail, s.name AS staff_name, a.revision
    FROM metric_annotations a JOIN staff s ON s.id = a.staff_id
    WHERE a.day <= ${to}::date AND coalesce(a.until_day, a.day) >= ${from}::date AND ${isBeyond}
    ORDER BY a.day ${way}, a.id ${way} LIMIT ${limit}`.execute(executor.sql);
  return rows.map(annotationOf);
}

/** Keeps others from changing it; `undefined` where there is none. */
export async function lockAnnotation(tx: Tx, id: number): Promise<Annotation | undefined> {
  const { rows } = await sql<Row>`
    SELECT id, day, until_day, kind, title, detail, NULL AS staff_name, revision
    FROM metric_annotations WHERE id = ${id} FOR UPDATE`.execute(tx.sql);
  return rows[0] && annotationOf(rows[0]);
}

export async function insertAnnotation(
  tx: Tx,
  { staffId, nowMs, ...terms }: AnnotationTerms & { staffId: number; nowMs: number },
): Promise<number> {
  const now = formatInstant(nowMs);
  const { id } = await tx.sql
    .insertInto('metric_annotations')
    .values({ ...columnsOf(terms), staff_id: staffId, created_at: now, updated_at: now })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function updateAnnotation(
  tx: Tx,
  id: number,
  { revision, nowMs, ...terms }: AnnotationTerms & { revision: number; nowMs: number },
): Promise<void> {
  await tx.sql
    .updateTable('metric_annotations')
    .set({ ...columnsOf(terms), revision, updated_at: formatInstant(nowMs) })
    .where('id', '=', id)
    .execute();
}

export async function deleteAnnotation(tx: Tx, id: number): Promise<void> {
  await tx.sql.deleteFrom('metric_annotations').where('id', '=', id).execute();
}

/** All versions that were ever published, which are few; the one before says what is new. */
export async function findPublishedVersions(executor: Executor): Promise<PublishedVersion[]> {
  const { rows } = await sql<{
    id: number;
    slug: string;
    name: string;
    version: number;
    published_at: number;
    prices: PublishedVersion['prices'];
  }>`
    SELECT plan.id, plan.slug, plan.name, plan.version, plan.published_at,
      coalesce(json_agg(json_build_object('cycle', price.billing_cycle, 'currency', price.currency,
        'amountMinor', price.amount_minor) ORDER BY price.billing_cycle, price.currency)
        FILTER (WHERE price.id IS NOT NULL), '[]') AS prices
    FROM subscription_plans plan LEFT JOIN plan_prices price ON price.plan_id = plan.id
    WHERE plan.status = 'published'
    GROUP BY plan.id ORDER BY plan.published_at, plan.id`.execute(executor.sql);
  return rows.map(({ published_at: publishedMs, ...row }) => ({ ...row, publishedMs }));
}

function columnsOf({ day, untilDay, kind, title, detail }: AnnotationTerms) {
  return { day, until_day: untilDay, kind, title, detail };
}

function annotationOf({
  until_day: untilDay,
  staff_name: staffName,
  kind,
  ...row
}: Row): Annotation {
  return { ...row, serial: row.id, kind: kind as WrittenKind, untilDay, staffName };
}
