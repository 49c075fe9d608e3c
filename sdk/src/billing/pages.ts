import { WhisperForgeError } from '../errors.ts';
import type { CallOptions } from '../types.ts';

export interface Page<Item> {
  readonly data: readonly Item[];
  /** Where the next page begins, for `page(cursor)`; null on the last one. */
  readonly nextCursor: string | null;
}

/** A long list: `for await` reads all of it, page by page as it goes on. */
export interface PagedList<Item> extends AsyncIterable<Item> {
  /** One page: the first, or the one that begins at `cursor`. */
  page(cursor?: string | null): Promise<Page<Item>>;
}

export interface ListOptions extends CallOptions {
  /** Items on a page, at most 200. The service assumes 50. */
  readonly limit?: number | undefined;
}

export interface WirePage<WireItem> {
  readonly data: readonly WireItem[];
  readonly next_cursor: string | null;
}

/** `path` with the query of one page. */
export function pagePath(path: string, limit: number | undefined, cursor: string | null): string {
  const query = new URLSearchParams();
  if (limit !== undefined) query.set('limit', String(limit));
  if (cursor !== null) query.set('cursor', cursor);
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function pagedList<WireItem, Item>(
  load: (cursor: string | null) => Promise<WirePage<WireItem>>,
  toItem: (wire: WireItem) => Item,
): PagedList<Item> {
  async function page(cursor: string | null = null): Promise<Page<Item>> {
    const { data, next_cursor: nextCursor } = await load(cursor);
    return { data: data.map(toItem), nextCursor };
  }

  async function* items(): AsyncGenerator<Item, void, undefined> {
    let cursor: string | null = null;
    for (;;) {
      const { data, nextCursor }: Page<Item> = await page(cursor);
      yield* data;
      if (nextCursor === null) return;
      // A page that leads to itself would be read for ever.
      if (nextCursor === cursor) {
        const message = 'A page of a list names itself as the next one';
        throw new WhisperForgeError(message, { code: 'unreadable_answer' });
      }
      cursor = nextCursor;
    }
  }

  return { page, [Symbol.asyncIterator]: items };
}
