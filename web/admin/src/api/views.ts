import { queryOptions } from '@tanstack/react-query';
import { everyPage } from './lists/pages.ts';
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

/** Lists, and dashboards, that can be kept. */
export type ViewedList = 'users' | 'insights';

export function viewsQuery(list: ViewedList) {
  return queryOptions({
    queryKey: ['views', list],
    queryFn: () => everyPage<SavedView>('/views', { list }),
  });
}

export function saveView(given: {
  readonly list: ViewedList;
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  readonly shared: boolean;
}): Promise<SavedView> {
  return ask('POST', '/views', given);
}

export function deleteView(id: string | number): Promise<unknown> {
  return ask('DELETE', `/views/${segment(String(id))}`);
}
