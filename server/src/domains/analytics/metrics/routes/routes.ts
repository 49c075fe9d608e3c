import Type from 'typebox';
import type { Database } from '../../../../platform/database.ts';
import { route, TextFile, type Route } from '../../../../platform/routes.ts';
import type { Metrics } from '../registry/service.ts';
import { definitionAnswer, rowAnswer, rowsStamp, seriesAnswer } from './answers.ts';
import { rowsCsv, rowsJson, seriesCsv, seriesJson } from './exports.ts';
import { noteExport } from './note-export.ts';
import { metricQueries, type Said } from './query.ts';
import { USUAL_ON_A_PAGE } from '../../../../platform/schemas.ts';
import { DefinitionSchema, RowsSchema, SeriesSchema } from './schemas.ts';

const tag = 'Metrics';
const staff = { scope: 'staff', permission: 'metrics.read' } as const;
const CSV = 'text/csv; charset=utf-8';
const JSON_FILE = 'application/json; charset=utf-8';

/** All metrics, for analysts by secret key and for the portal. */
export function metricsRoutes(metrics: Metrics, database: Database): Route[] {
  return [
    ...definitionRoutes(metrics),
    ...seriesRoutes(metrics),
    ...rowsRoutes(metrics),
    ...rowsExportRoutes(metrics, database),
  ];
}

function namesOf({ metrics }: Metrics) {
  const list = metrics.map(({ name, title }) => `\`${name}\`: ${title}`).join('; ');
  return Type.Object({ name: Type.String({ maxLength: 60, description: `${list}.` }) });
}

interface AskedFor {
  readonly params: { readonly name: string };
  readonly query: Said;
  readonly nowMs: number;
}

function definitionRoutes({ metrics }: Metrics): Route[] {
  const definitions = {
    method: 'GET',
    summary: 'All metrics, and what they mean',
    tag,
    response: Type.Object({ data: Type.Array(DefinitionSchema) }),
    handler: () => Promise.resolve({ data: metrics.map(definitionAnswer) }),
  } as const;
  return [
    route({ ...definitions, path: '/v1/metrics', scope: 'read' }),
    route({ ...definitions, path: '/admin/v1/metrics', ...staff }),
  ];
}

function seriesRoutes(metrics: Metrics): Route[] {
  const queries = metricQueries(metrics.metrics);
  const seriesOf = ({ params, query, nowMs }: AskedFor) => {
    const { breakdown, compare } = query;
    return metrics.series(params.name, { ...queries.read(query), breakdown, compare }, nowMs);
  };
  const shared = { method: 'GET', tag, params: namesOf(metrics), query: queries.series } as const;
  const series = {
    ...shared,
    summary: 'A metric by day, week or month',
    description:
      'Of the last twelve months where nothing is said. Filters are dimensions of the metric. ' +
      'Figures are exact until they are shown, and rounded so that what adds up does so as shown.',
    response: SeriesSchema,
    handler: async (request: AskedFor) => seriesAnswer(await seriesOf(request)),
  } as const;
  const file = { ...shared, response: TextFile, ...staff } as const;
  return [
    route({ ...series, path: '/v1/metrics/{name}', scope: 'read' }),
    route({ ...series, path: '/admin/v1/metrics/{name}', ...staff }),
    route({
      ...file,
      path: '/admin/v1/metrics/{name}/export.csv',
      summary: 'A metric as it is shown, as a table',
      contentType: CSV,
      handler: async (request) => seriesCsv(await seriesOf(request)),
    }),
    route({
      ...file,
      path: '/admin/v1/metrics/{name}/export.json',
      summary: 'A metric as it is shown, as a file',
      contentType: JSON_FILE,
      handler: async (request) => seriesJson(await seriesOf(request)),
    }),
  ];
}

function rowsOf(metrics: Metrics) {
  const queries = metricQueries(metrics.metrics);
  const load = ({ params, query, nowMs }: AskedFor) => {
    const { at, column } = query;
    return metrics.rows(params.name, { ...queries.read(query), at, column }, nowMs);
  };
  return { queries, load };
}

function rowsRoutes(metrics: Metrics): Route[] {
  const queries = metricQueries(metrics.metrics);
  return [
    route({
      method: 'GET',
      tag,
      params: namesOf(metrics),
      ...staff,
      path: '/admin/v1/metrics/{name}/rows',
      summary: 'What a figure is made of',
      description: 'Each account with what it adds to a column of one span; the largest first.',
      query: queries.rowsPage,
      response: RowsSchema,
      async handler({ params, query, nowMs }) {
        const said = query as Said;
        const { at, column: name, cursor, limit = USUAL_ON_A_PAGE } = said;
        const asked = { ...queries.read(said), at, column: name, page: { cursor, limit } };
        const opened = await metrics.rowsPage(params.name, asked, nowMs);
        const { column, rows, subjects, nextCursor } = opened;
        const data = rows.map((row) => rowAnswer(row, { subject: subjects.get(row.key), column }));
        return { ...rowsStamp(opened), data, next_cursor: nextCursor };
      },
    }),
  ];
}

function rowsExportRoutes(metrics: Metrics, database: Database): Route[] {
  const { queries, load } = rowsOf(metrics);
  const file = {
    method: 'GET',
    tag,
    params: namesOf(metrics),
    ...staff,
    query: queries.rows,
    response: TextFile,
    description: 'Who takes them away is on record.',
  } as const;
  return [
    route({
      ...file,
      path: '/admin/v1/metrics/{name}/rows/export.csv',
      summary: 'All that a figure is made of, as a table',
      contentType: CSV,
      async handler(request) {
        const opened = await load(request);
        await noteExport(database, request, opened);
        return rowsCsv(opened);
      },
    }),
    route({
      ...file,
      path: '/admin/v1/metrics/{name}/rows/export.json',
      summary: 'All that a figure is made of, as a file',
      contentType: JSON_FILE,
      async handler(request) {
        const opened = await load(request);
        await noteExport(database, request, opened);
        return rowsJson(opened);
      },
    }),
  ];
}
