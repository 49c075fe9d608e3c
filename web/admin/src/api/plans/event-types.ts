import { queryOptions } from '@tanstack/react-query';
import type { Undo } from '../contract/undo.ts';
import type { List } from '../contract/session.ts';
import { ask, segment } from '../request.ts';
import { PLANS } from './versions.ts';

/** What one event adds to a feature: the dimension times the factor. */
export interface Count {
  readonly feature: string;
  readonly dimension: string;
  readonly factor: string;
}

/** As catalogue files write it, but for its key. */
export interface StatedEventType {
  readonly name: string;
  readonly counts: readonly Count[];
}

export interface EventType extends StatedEventType {
  readonly key: string;
  /** To be sent back with a change. */
  readonly version: number;
}

export interface PutEventType {
  readonly before: EventType | null;
  readonly after: EventType;
  /** What takes it back, where anything does. */
  readonly undo: Undo | null;
}

interface Said {
  readonly reason: string;
  readonly dry_run: boolean;
}

export const eventTypesQuery = queryOptions({
  queryKey: [PLANS, 'event-types'],
  queryFn: () => ask<List<EventType>>('GET', '/event-types'),
  select: ({ data }) => data,
});

export function addEventType(
  key: string,
  stated: StatedEventType,
  said: Said,
): Promise<PutEventType> {
  return ask('POST', '/event-types', { key, event_type: stated, ...said });
}

export function changeEventType(
  { key, version }: Pick<EventType, 'key' | 'version'>,
  stated: StatedEventType,
  said: Said,
): Promise<PutEventType> {
  return ask('PUT', `/event-types/${segment(key)}`, { version, event_type: stated, ...said });
}
