import Type from 'typebox';
import { pageOf } from '../../../platform/pages.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, PageOf, paging, Text, USUAL_ON_A_PAGE } from '../../../platform/schemas.ts';
import { staffCommand } from '../../plans/index.ts';
import { attributeField } from '../imports/lines/attributes.ts';
import type { TableLine } from '../imports/lines/take-lines.ts';
import type { InputKind } from './kind.ts';
import { inputKinds } from './kinds.ts';
import type { Inputs, ToldReport } from './service.ts';
import type { ShownRecord, WithdrawableKind } from './store-records.ts';

const tag = 'Inputs';
const path = '/admin/v1/inputs';
const MOST_LINES = 1_000;
const ONE_CELL = 4_000;

/** As a file would say it; numbers are taken as they are written. */
const Cell = Type.Unsafe<string | number | null>({
  type: ['string', 'number', 'null'],
  maxLength: ONE_CELL,
});

const Reason = Text({ minLength: 3, maxLength: 500 });

const FaultSchema = Type.Object({ field: Type.String(), message: Type.String() });

const ReportSchema = Type.Object({
  lines: Type.Integer(),
  taken: Type.Integer({ description: 'New, or told anew.' }),
  known: Type.Integer({ description: 'On record as they are.' }),
  refused: Type.Array(
    Type.Object({
      line: Type.Integer({ description: 'The first is 1.' }),
      faults: Type.Array(FaultSchema),
    }),
  ),
  dry_run: Type.Boolean(),
});

const KindSchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  description: Type.String(),
  fields: Type.Array(
    Type.Object({ name: Type.String(), needed: Type.Boolean(), description: Type.String() }),
  ),
});

const RecordSchema = Type.Unsafe<ShownRecord>({
  type: 'object',
  additionalProperties: true,
});

export interface InputsRouting {
  readonly inputs: Inputs;
  /** What amounts are in and rates are told in where lines say nothing. */
  readonly currency: string;
}

/** What the business tells: lists of each kind, and lines by call. */
export function inputsRoutes({ inputs, currency }: InputsRouting): Route[] {
  const defaults = { currency, origin: 'api' };
  return [
    route({
      method: 'GET',
      path,
      scope: 'staff',
      permission: 'metrics.read',
      tag,
      summary: 'What may be told, and by which fields',
      response: Type.Object({ data: Type.Array(KindSchema), next_cursor: Type.Null() }),
      handler: () => Promise.resolve({ data: inputKinds.map(shownKind), next_cursor: null }),
    }),
    ...inputKinds.flatMap((kind) => [listRoute(kind, inputs), tellRoute(kind, inputs, defaults)]),
    ...(['marketing-spend', 'ai-prices'] as const).map((kind) => withdrawRoute(kind, inputs)),
  ];
}

function listRoute(kind: InputKind, inputs: Inputs): Route {
  return route({
    method: 'GET',
    path: `${path}/${kind.name}`,
    scope: 'staff',
    permission: 'metrics.read',
    tag,
    summary: `${kind.title} on record, the latest first`,
    query: Input(paging),
    response: PageOf(RecordSchema),
    async handler({ query: { cursor: after, limit = USUAL_ON_A_PAGE } }) {
      const found = await inputs.list(kind, { after, limit: limit + 1 });
      const { rows, nextCursor } = pageOf(found, limit, (last) => last.cursor);
      return { data: rows.map(({ shown }) => shown), next_cursor: nextCursor };
    },
  });
}

function tellRoute(
  kind: InputKind,
  inputs: Inputs,
  defaults: { readonly currency: string; readonly origin: string },
): Route {
  return route({
    method: 'POST',
    path: `${path}/${kind.name}`,
    scope: 'staff',
    permission: 'inputs.write',
    tag,
    summary: `Tell ${kind.title.charAt(0).toLowerCase()}${kind.title.slice(1)}`,
    description: `${kind.description} Lines that are refused are named; the others are taken.`,
    body: Input({
      lines: Type.Array(lineOf(kind), { minItems: 1, maxItems: MOST_LINES }),
      reason: Reason,
      dry_run: Type.Optional(Type.Boolean()),
    }),
    response: ReportSchema,
    async handler(request) {
      const { lines, reason, dry_run: isDryRun = false } = request.body;
      const told = { lines: lines.map(cellsOf), defaults, isDryRun };
      const report = await inputs.tell(kind, told, staffCommand(request, reason));
      return { ...reportAnswer(report), dry_run: isDryRun };
    },
  });
}

function lineOf({ fields, takesAttributes }: InputKind) {
  const cells = Object.fromEntries(
    fields.map(({ name, isNeeded, description }) => {
      const cell = { ...Cell, description };
      return [name, isNeeded ? cell : Type.Optional(cell)];
    }),
  );
  if (takesAttributes !== true) return Input(cells);
  // What they may be called is told by line, as of files.
  const attributes = { patternProperties: { [`^${RegExp.escape(attributeField(''))}`]: Cell } };
  return Type.Object(cells, { additionalProperties: false, ...attributes });
}

function withdrawRoute(kind: WithdrawableKind, inputs: Inputs): Route {
  return route({
    method: 'POST',
    path: `${path}/${kind}/{id}/withdraw`,
    scope: 'staff',
    permission: 'inputs.write',
    tag,
    summary: `Take back a line of ${kind}`,
    params: Input({ id: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
    body: Input({ reason: Reason }),
    response: Type.Object({ withdrawn: Type.Boolean() }),
    async handler(request) {
      const context = staffCommand(request, request.body.reason);
      return { withdrawn: await inputs.withdraw(kind, Number(request.params.id), context) };
    },
  });
}

function cellsOf(line: Readonly<Record<string, unknown>>): TableLine['cells'] {
  const cells = Object.entries(line as Readonly<Record<string, string | number | null>>);
  return Object.fromEntries(cells.map(([name, cell]) => [name, cell === null ? '' : String(cell)]));
}

function reportAnswer({ lines, taken, known, refused }: ToldReport) {
  return {
    lines,
    taken,
    known,
    refused: refused.map(({ number, faults }) => ({ line: number, faults: [...faults] })),
  };
}

function shownKind({ name, title, description, fields }: InputKind) {
  return {
    name,
    title,
    description,
    fields: fields.map((field) => ({
      name: field.name,
      needed: field.isNeeded,
      description: field.description,
    })),
  };
}
