import { queryOptions } from '@tanstack/react-query';
import type { Undo } from '../contract/undo.ts';
import type { List } from '../contract/session.ts';
import { ask, segment } from '../request.ts';
import { PLANS } from './versions.ts';

/** An amount of a metered feature that is bought once. */
export interface Pack {
  readonly key: string;
  readonly version: number;
  readonly name: string;
  readonly feature: string;
  readonly amount: string;
  /** How long what was bought lasts; `null` is without end. */
  readonly valid_days: number | null;
  readonly prices: readonly {
    readonly currency: string;
    readonly amount_minor: number;
    readonly amount: string;
  }[];
  /** In lists; `null` where it is on sale. */
  readonly withdrawn_at?: string | null;
}

/** As catalogue files write a pack, but for its key. */
export interface StatedPack {
  readonly name: string;
  readonly feature: string;
  readonly amount: string;
  readonly valid_days: number | null;
  /** By currency, in major units. */
  readonly prices: Readonly<Record<string, string>>;
}

export interface PutPack {
  readonly before: Pack | null;
  readonly after: Pack;
  /** What takes it back, where anything does. */
  readonly undo: Undo | null;
}

interface Said {
  readonly reason: string;
  readonly dry_run: boolean;
}

export const packsQuery = queryOptions({
  queryKey: [PLANS, 'packs'],
  queryFn: () => ask<List<Pack>>('GET', '/packs'),
  select: ({ data }) => data,
});

export function sellPack(key: string, pack: StatedPack, said: Said): Promise<PutPack> {
  return ask('POST', '/packs', { key, pack, ...said });
}

export function changePack(
  { key, version }: Pick<Pack, 'key' | 'version'>,
  pack: StatedPack,
  said: Said,
): Promise<PutPack> {
  return ask('PUT', `/packs/${segment(key)}`, { version, pack, ...said });
}

export function withdrawPack(
  { key, version }: Pack,
  reason: string,
): Promise<{ readonly undo: Undo | null }> {
  return ask('POST', `/packs/${segment(key)}/withdraw`, { version, reason });
}
