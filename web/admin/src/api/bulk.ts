import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { UserFilters } from '../app/filters.ts';
import type { List } from './contract/session.ts';
import { ask, exportUrl, queryOf, segment } from './request.ts';
import { sentAs } from './users.ts';

export const BULK = 'bulk-deeds';

/** Those who are named, or all whom a list shows. */
export type Chosen = { readonly users: readonly string[] } | { readonly list: object };

/** What a list of users sends, as the body of a deed on all of it says it. */
export function chosenByList(filters: UserFilters): Chosen {
  const { sort: _, mrr_min: mrr, usage_min: usage, ...said } = sentAs(filters);
  const texts = Object.entries(said).filter(([, value]) => value !== undefined && value !== '');
  const numbers = Object.entries({ mrr_min: mrr, usage_min: usage }).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, Number(value)] as const],
  );
  return { list: Object.fromEntries<unknown>([...texts, ...numbers]) };
}

interface Named {
  readonly id: string;
  readonly name: string | null;
}

/** Something that is done to many users. */
export interface BulkDeed {
  readonly id: string;
  readonly kind: string;
  /** The bulk deed that it takes back. */
  readonly undoes: string | null;
  readonly terms: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly state: string;
  readonly users: number;
  /** To be sent back with a stop or a resume. */
  readonly version: number;
  readonly staff: Named;
  /** In whose name it is done: who began it, or had it go on after a stop. */
  readonly carried_on_by: Named;
  readonly created_at: string;
  readonly finished_at: string | null;
}

interface Person {
  readonly user: string;
  readonly name: string | null;
  readonly email: string;
}

/** To how many it would be done, and who would be refused. */
export interface BulkPreview {
  readonly users: number;
  readonly refused: number;
  readonly sample: readonly Person[];
  readonly refusals: readonly {
    readonly code: string;
    readonly detail: string;
    readonly users: number;
  }[];
  readonly refused_users: readonly (Person & { readonly code: string })[];
}

export interface TriedBulkDeed {
  readonly preview: BulkPreview | null;
  readonly bulk_deed: BulkDeed | null;
}

export interface BulkProgress {
  readonly total: number;
  readonly waiting: number;
  readonly done: number;
  readonly refused: number;
}

export interface FollowedBulkDeed {
  readonly bulk_deed: BulkDeed;
  readonly progress: BulkProgress;
  /** The bulk deed that takes it back. */
  readonly undone_by: string | null;
}

export interface BulkUser extends Person {
  readonly state: string;
  readonly detail: string | null;
  readonly settled_at: string | null;
}

const A_MOMENT_MS = 1_000;

export const bulkDeedsQuery = infiniteQueryOptions({
  queryKey: [BULK, 'list'],
  queryFn: ({ pageParam: cursor }) =>
    ask<List<BulkDeed>>('GET', `/bulk-deeds${queryOf({ cursor })}`),
  initialPageParam: '',
  getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
});

/** Asked again in a moment while it runs. */
export function bulkDeedQuery(id: string) {
  return queryOptions({
    queryKey: [BULK, 'one', id],
    queryFn: () => ask<FollowedBulkDeed>('GET', `/bulk-deeds/${segment(id)}`),
    refetchInterval: ({ state }) =>
      state.data?.bulk_deed.state === 'running' ? A_MOMENT_MS : false,
  });
}

/** Read anew whenever `settled`, how many are, is another. */
export function bulkUsersQuery(id: string, state: string | undefined, settled: number) {
  return infiniteQueryOptions({
    queryKey: [BULK, 'users', id, state, settled],
    queryFn: ({ pageParam: cursor }) => {
      const query = queryOf({ state, cursor });
      return ask<List<BulkUser>>('GET', `/bulk-deeds/${segment(id)}/users${query}`);
    },
    placeholderData: (previous) => previous,
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

export function bulkExportUrl(id: string, state: string | undefined): string {
  return exportUrl(`/bulk-deeds/${segment(id)}/users/export.csv`, { state });
}

export function beginBulkDeed(wanted: object): Promise<TriedBulkDeed> {
  return ask('POST', '/bulk-deeds', wanted);
}

/** Takes back what it has done; as it was looked at. */
export function undoBulkDeed(
  { id, version }: BulkDeed,
  attempt: { readonly reason: string; readonly dry_run: boolean; readonly expected_users?: number },
): Promise<TriedBulkDeed> {
  return ask('POST', `/bulk-deeds/${segment(id)}/undo`, { version, ...attempt });
}

/** Stops it or has it go on. */
export function turnBulkDeed(
  turn: 'stop' | 'resume',
  { id, version }: BulkDeed,
  reason: string,
): Promise<BulkDeed> {
  return ask('POST', `/bulk-deeds/${segment(id)}/${turn}`, { version, reason });
}
