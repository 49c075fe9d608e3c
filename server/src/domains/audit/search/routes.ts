import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import {
  route,
  staffActor,
  TextFile,
  type Route,
  type RouteRequest,
} from '../../../platform/routes.ts';
import {
  Input,
  Instant,
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
} from '../../../platform/schemas.ts';
import { CSV_HEADER, csvLine, entryAnswer, EntrySchema } from './answers.ts';
import { readFilter, type SaidFilter } from './filter.ts';
import type { AuditSearch, ShownEntry } from './search.ts';

const FilterFields = {
  actor: Type.Optional(
    Text({ maxLength: 255, description: 'A kind such as staff, or one of it such as staff:7.' }),
  ),
  action: Type.Optional(
    Text({ maxLength: 255, description: 'An action, or the beginning of several such as plan.*' }),
  ),
  subject: Type.Optional(
    Text({ maxLength: 300, description: 'A kind such as user, or one of it such as user:12.' }),
  ),
  account: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  q: Type.Optional(
    Text({
      maxLength: 200,
      description: 'Words of the action, the subject, the reason or the ids.',
    }),
  ),
};

const ProofSchema = Type.String({
  enum: ['waiting', 'sealed', 'signed', 'broken'],
  description:
    'waiting: not in the chain yet. sealed: its seal follows from it. signed: a checkpoint ' +
    'outside of the database covers it. broken: it is not what was sealed or signed.',
});

const ShownSchema = Type.Object({
  ...EntrySchema.properties,
  personal: Nullable(
    Type.Object({
      person: Type.Object({ kind: Type.String(), id: Type.String() }),
      values: Type.Unsafe<unknown>({ description: 'Null once the person has been erased.' }),
    }),
  ),
  seal: Nullable(
    Type.Object({ number: Type.Integer(), digest: Type.String(), sealed_at: Type.String() }),
  ),
  proof: ProofSchema,
  checkpoint: Nullable(
    Type.Object({ seal: Type.Integer(), signed_at: Type.String(), key: Type.String() }),
  ),
});

const shared = { tag: 'Audit', scope: 'staff', permission: 'audit.read' } as const;
const EXPORTED =
  'Exactly those that the list shows on all its pages, in the same order. Who takes them away ' +
  'is on record.';

export function auditRoutes(search: AuditSearch): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/audit',
      summary: 'Find entries of the audit trail',
      description: 'What was done, newest first.',
      query: Input({
        ...FilterFields,
        ...paging,
      }),
      response: PageOf(EntrySchema),
      async handler({ query: { cursor, limit = USUAL_ON_A_PAGE, ...said } }) {
        const { entries, nextCursor } = await search.list({
          filter: readFilter(said),
          cursor,
          limit,
        });
        return { data: entries.map(entryAnswer), next_cursor: nextCursor };
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/audit/export.csv',
      summary: 'The entries of a list, as a table',
      description: EXPORTED,
      query: Input(FilterFields),
      contentType: 'text/csv; charset=utf-8',
      response: TextFile,
      handler: (request) => exported(search, request, 'csv'),
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/audit/export.jsonl',
      summary: 'The entries of a list, one JSON object a line',
      description: EXPORTED,
      query: Input(FilterFields),
      contentType: 'application/jsonl; charset=utf-8',
      response: TextFile,
      handler: (request) => exported(search, request, 'jsonl'),
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/audit/{entry}',
      summary: 'An entry with its seal, and how far it is proven',
      params: Type.Object({ entry: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
      response: ShownSchema,
      handler: async ({ params }) => shownAnswer(await search.show(Number(params.entry))),
    }),
  ];
}

type Asked = RouteRequest<unknown, SaidFilter, unknown>;

/** A filter that is not understood is refused before the first line is sent. */
async function exported(
  search: AuditSearch,
  request: Asked,
  format: 'csv' | 'jsonl',
): Promise<AsyncIterable<string>> {
  const filter = readFilter(request.query);
  const { q, ...said } = request.query;
  // What is sought may name a person, so that it is not kept.
  const list = { ...said, is_search: q !== undefined };
  await search.noteExport({ actor: staffActor(request), nowMs: request.nowMs, list });
  async function* lines(): AsyncIterable<string> {
    if (format === 'csv') yield CSV_HEADER;
    for await (const entry of search.all(filter)) {
      const answer = entryAnswer(entry);
      yield format === 'csv' ? csvLine(answer) : `${JSON.stringify(answer)}\n`;
    }
  }
  return lines();
}

function shownAnswer({ entry, personal, proof, checkpoint }: ShownEntry) {
  const { seal } = entry;
  return {
    ...entryAnswer(entry),
    personal: personal
      ? {
          person: { kind: personal.person.personKind, id: personal.person.personId },
          values: personal.values,
        }
      : null,
    seal: seal && {
      number: seal.sealNumber,
      digest: seal.digest,
      sealed_at: formatInstant(seal.sealedMs),
    },
    proof,
    checkpoint: checkpoint
      ? { seal: checkpoint.sealNumber, signed_at: checkpoint.at, key: checkpoint.keyId }
      : null,
  };
}
