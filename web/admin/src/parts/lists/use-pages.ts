import {
  useInfiniteQuery,
  type DefaultError,
  type InfiniteData,
  type QueryKey,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query';
import type { List } from '../../api/contract/session.ts';
import type { MoreToShow } from './more.tsx';

/** As much of a list as was asked for, and how more of it comes. */
export interface Pages<T> {
  readonly rows: readonly T[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  readonly isRefreshing: boolean;
  readonly more: MoreToShow | undefined;
}

/** What was shown stays until the answer to other filters is there. */
export function usePages<T, K extends QueryKey>(
  options: UseInfiniteQueryOptions<List<T>, DefaultError, InfiniteData<List<T>>, K, string>,
): Pages<T> {
  return pagesOf(useInfiniteQuery({ ...options, placeholderData: (previous) => previous }));
}

export function pagesOf<T>(list: UseInfiniteQueryResult<InfiniteData<List<T>>>): Pages<T> {
  return {
    rows: list.data?.pages.flatMap(({ data }) => data),
    error: list.error,
    onRetry: () => void list.refetch(),
    isRefreshing: list.isPlaceholderData,
    more: list.hasNextPage
      ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
      : undefined,
  };
}
