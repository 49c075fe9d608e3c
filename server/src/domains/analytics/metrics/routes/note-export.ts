import type { Database } from '../../../../platform/database.ts';
import { staffActor, type RouteRequest } from '../../../../platform/routes.ts';
import { appendAudit } from '../../../audit/index.ts';
import type { RowsOfFigure } from '../rows/rows.ts';

/** Rows name people, so that it is on record who took all of them away. */
export async function noteExport(
  database: Database,
  request: RouteRequest<unknown, unknown, unknown>,
  { metric, question, span, column, rows }: RowsOfFigure,
): Promise<void> {
  const { filters, book } = question;
  const after = { profile: book.profile, ...span, column: column.name, filters, rows: rows.length };
  await database.transaction((tx) =>
    appendAudit(tx, [
      {
        recordedMs: request.nowMs,
        actor: staffActor(request),
        action: 'metrics.rows_exported',
        subject: { kind: 'metric', id: metric.name },
        requestId: request.requestId,
        after,
      },
    ]),
  );
}
