import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { ask, queryOf, segment } from '../request.ts';

/** What somebody was told by mail, or is to be. */
export interface Mail {
  readonly id: number;
  readonly kind: string;
  readonly audience: string;
  readonly account_id: number;
  readonly state: string;
  readonly to: string | null;
  readonly subject: string | null;
  readonly due_at: string;
  readonly sent_at: string | null;
  readonly attempts: number;
  readonly last_error: string | null;
}

/** With what it says: as it would be written now, unless there is nothing to tell any more. */
export interface WrittenMail extends Mail {
  readonly written: { readonly subject: string; readonly text: string } | null;
  readonly stale_because: string | null;
}

export function mailsQuery(state: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['operations', 'mails', state],
    queryFn: ({ pageParam: cursor }) =>
      ask<List<Mail>>('GET', `/mails${queryOf({ state, cursor })}`),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

export function mailQuery(id: string) {
  return queryOptions({
    queryKey: ['operations', 'mail', id],
    queryFn: () => ask<WrittenMail>('GET', `/mails/${segment(id)}`),
  });
}
