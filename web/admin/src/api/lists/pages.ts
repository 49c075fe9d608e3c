import { infiniteQueryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { ask, queryOf } from '../request.ts';

type Values = Readonly<Record<string, string | undefined>>;

/** A list that is asked for page by page, under a name by which it is made stale. */
export function listQuery<T, P extends List<T> = List<T>>(
  queryKey: readonly unknown[],
  path: string,
  values: Values = {},
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam: cursor }) => ask<P>('GET', `${path}${queryOf({ ...values, cursor })}`),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

const MOST_PAGES = 10;

/** All of a list that is of no use in part; of one without end, its first 2,000 rows. */
export async function everyPage<T>(path: string, values: Values = {}): Promise<readonly T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = queryOf({ ...values, limit: '200', cursor });
    const { data, next_cursor: next } = await ask<List<T>>('GET', `${path}${query}`);
    rows.push(...data);
    if (next === null || next === undefined) break;
    cursor = next;
  }
  return rows;
}
