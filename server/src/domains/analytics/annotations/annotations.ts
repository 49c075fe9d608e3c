import { dayIn, isDay, type DaySpan } from '@whisperforge/kernel/period';
import type { Database, Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { refuseStale } from '../../accounts/index.ts';
import { appendAudit } from '../../audit/index.ts';
import { ANNOTATION_UNKNOWN, SPAN_INVALID } from '../errors.ts';
import {
  inOrder,
  placeOf,
  type Annotation,
  type AnnotationContext,
  type AnnotationPage,
  type AnnotationTerms,
} from './annotation.ts';
import { decidePublications } from './decide-publications.ts';
import {
  deleteAnnotation,
  findAnnotations,
  findPublishedVersions,
  insertAnnotation,
  lockAnnotation,
  updateAnnotation,
} from './store.ts';

export interface AnnotationsOptions {
  readonly database: Database;
  readonly timeZone: string;
}

export type Annotations = ReturnType<typeof createAnnotations>;

interface Known {
  readonly id: number;
  readonly version: number;
}

/** What staff write beside the figures, and what the system knows of its own publications. */
export function createAnnotations({ database, timeZone }: AnnotationsOptions) {
  return {
    /** A page, by day; of all days up to today where nothing is said. */
    async list(
      { from, to }: Partial<DaySpan>,
      page: AnnotationPage,
      nowMs: number,
    ): Promise<Annotation[]> {
      const span = { from: from ?? '0001-01-01', to: to ?? dayIn(timeZone, nowMs) };
      refuseNoSpan(span);
      const [written, versions] = await Promise.all([
        findAnnotations(database, span, page),
        findPublishedVersions(database),
      ]);
      const { after, limit } = page;
      const way = page.isLatestFirst ? -1 : 1;
      const published = decidePublications(versions, timeZone).filter(
        (mark) =>
          mark.day >= span.from &&
          mark.day <= span.to &&
          (after === undefined || way * inOrder(placeOf(mark), after) > 0),
      );
      return [...written, ...published]
        .toSorted((a, b) => way * inOrder(placeOf(a), placeOf(b)))
        .slice(0, limit);
    },

    async add(terms: AnnotationTerms, context: AnnotationContext): Promise<Known> {
      refuseNoSpan({ from: terms.day, to: terms.untilDay ?? terms.day });
      const { staffId, nowMs } = context;
      const id = await database.transaction(async (tx) => {
        const made = await insertAnnotation(tx, { ...terms, staffId, nowMs });
        await record(tx, 'annotation.added', made, { after: terms }, context);
        return made;
      });
      return { id, version: 1 };
    },

    /** @throws ANNOTATION_UNKNOWN; STALE_VERSION where somebody else was faster */
    async change(known: Known, terms: AnnotationTerms, context: AnnotationContext): Promise<Known> {
      refuseNoSpan({ from: terms.day, to: terms.untilDay ?? terms.day });
      const revision = known.version + 1;
      await database.transaction(async (tx) => {
        const before = await lock(tx, known);
        await updateAnnotation(tx, known.id, { ...terms, revision, nowMs: context.nowMs });
        await record(tx, 'annotation.changed', known.id, { before, after: terms }, context);
      });
      return { id: known.id, version: revision };
    },

    async remove(known: Known, context: AnnotationContext): Promise<void> {
      await database.transaction(async (tx) => {
        const before = await lock(tx, known);
        await deleteAnnotation(tx, known.id);
        await record(tx, 'annotation.removed', known.id, { before }, context);
      });
    },
  };
}

async function lock(
  tx: Tx,
  { id, version }: Known,
): Promise<Pick<Annotation, keyof AnnotationTerms>> {
  const present = await lockAnnotation(tx, id);
  if (present === undefined) {
    throw new AppError(ANNOTATION_UNKNOWN, { message: `There is no annotation ${id}.` });
  }
  const { revision, day, untilDay, kind, title, detail } = present;
  refuseStale(version, revision ?? 0);
  return { day, untilDay, kind, title, detail };
}

async function record(
  tx: Tx,
  action: string,
  id: number,
  change: { readonly before?: object; readonly after?: object },
  { actor, nowMs: recordedMs }: AnnotationContext,
): Promise<void> {
  const subject = { kind: 'annotation', id };
  await appendAudit(tx, [{ recordedMs, actor, action, subject, ...change }]);
}

function refuseNoSpan({ from, to }: DaySpan): void {
  if (isDay(from) && isDay(to) && from <= to) return;
  throw new AppError(SPAN_INVALID, { message: `From ${from} to ${to} is no span of days.` });
}
