import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { UserFilters } from '../app/filters.ts';
import type { List } from './contract/session.ts';
import type { TimelineEntry, UserProfile, UserRow } from './contract/users.ts';
import { endOfDay, startOfDay } from '../words/days.ts';
import { ask, exportUrl, queryOf, segment } from './request.ts';

const PAGE = '50';
const FIRST_FEW = '7';

/** Days are what people write, and instants what is asked for: the last day belongs to it. */
export function sentAs({ created_from: from, created_to: to, ...filters }: UserFilters) {
  return {
    ...filters,
    created_from: from === undefined ? undefined : startOfDay(from),
    created_to: to === undefined ? undefined : endOfDay(to),
  };
}

interface FoundUsers extends List<UserRow> {
  /** Whether nobody is called as was sought, and these are called about so. */
  readonly is_similar?: boolean;
}

/** The list of users, a page at a time. */
export function usersQuery(filters: UserFilters) {
  return infiniteQueryOptions({
    queryKey: ['users', 'list', filters],
    queryFn: ({ pageParam }) =>
      ask<FoundUsers>(
        'GET',
        `/users${queryOf({ ...sentAs(filters), limit: PAGE, cursor: pageParam })}`,
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

/** The first few who match, for the palette. */
export function findUsersQuery(q: string) {
  return queryOptions({
    queryKey: ['users', 'find', q],
    queryFn: () => ask<FoundUsers>('GET', `/users${queryOf({ q, limit: FIRST_FEW })}`),
    enabled: q !== '',
    // The matches of what was typed before stay until those of what is typed now are there.
    placeholderData: (previous) => previous,
  });
}

export function usersExportUrl(filters: UserFilters): string {
  return exportUrl('/users/export.csv', sentAs(filters));
}

export function userQuery(user: string) {
  return queryOptions({
    queryKey: ['users', 'one', user],
    queryFn: () => ask<UserProfile>('GET', `/users/${segment(user)}`),
    // Meters move while somebody looks at them.
    refetchInterval: METERS_MS,
  });
}

const METERS_MS = 10_000;

export function timelineQuery(user: string, kinds: string) {
  return infiniteQueryOptions({
    queryKey: ['users', 'timeline', user, kinds],
    queryFn: ({ pageParam }) => {
      const query = queryOf({ kinds, cursor: pageParam });
      return ask<List<TimelineEntry>>('GET', `/users/${segment(user)}/timeline${query}`);
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

export function writeNote(user: string, text: string): Promise<unknown> {
  return ask('POST', `/users/${segment(user)}/notes`, { text });
}
