import { queryOptions } from '@tanstack/react-query';
import type { List } from './contract/session.ts';
import { ask, segment } from './request.ts';

/** A list with its filters and columns under a name. */
export interface SavedView {
  readonly id: string | number;
  readonly name: string;
  readonly list: string;
  readonly query: Readonly<Record<string, string>>;
  readonly shared: boolean;
  readonly own: boolean;
  readonly version?: number;
}

export const userViewsQuery = queryOptions({
  queryKey: ['views', 'users'],
  queryFn: () => ask<List<SavedView>>('GET', '/views?list=users'),
  select: ({ data }) => data,
});

export function saveView(given: {
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  readonly shared: boolean;
}): Promise<SavedView> {
  return ask('POST', '/views', { list: 'users', ...given });
}

export function deleteView(id: string | number): Promise<unknown> {
  return ask('DELETE', `/views/${segment(String(id))}`);
}
