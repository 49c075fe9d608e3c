import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AuditFilters } from '../app/filters.ts';
import { endOfDay, startOfDay } from '../words/days.ts';
import type { List } from './contract/session.ts';
import { ask, exportUrl, queryOf, segment } from './request.ts';

export interface AuditEntry {
  readonly id: number;
  readonly recorded_at: string;
  readonly action: string;
  readonly actor: { readonly kind: string; readonly id: string | null };
  readonly subject: { readonly kind: string; readonly id: string };
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly request_id: string | null;
  readonly address: string | null;
  readonly sealed: boolean;
}

/** An entry with how far it is proven that it is as it was written. */
export interface ProvenEntry extends AuditEntry {
  readonly proof: 'waiting' | 'sealed' | 'signed' | 'broken';
}

function sentAs({ from, to, ...filters }: AuditFilters) {
  return {
    ...filters,
    from: from === undefined ? undefined : startOfDay(from),
    to: to === undefined ? undefined : endOfDay(to),
  };
}

export function auditQuery(filters: AuditFilters) {
  return infiniteQueryOptions({
    queryKey: ['audit', filters],
    queryFn: ({ pageParam }) =>
      ask<List<AuditEntry>>('GET', `/audit${queryOf({ ...sentAs(filters), cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

export function auditEntryQuery(id: string) {
  return queryOptions({
    queryKey: ['audit', 'entry', id],
    queryFn: () => ask<ProvenEntry>('GET', `/audit/${segment(id)}`),
  });
}

export function auditExportUrl(filters: AuditFilters, format: 'csv' | 'jsonl'): string {
  return exportUrl(`/audit/export.${format}`, sentAs(filters));
}
