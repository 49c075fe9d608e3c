import type { FeatureRule } from '../gating/fallback.ts';
import type { Amount, Balance, FeatureKind, OnUnavailable, RequestOptions } from '../types.ts';
import { pathSegment, toBalance } from './answers.ts';
import type { WireBalance } from './answers.ts';

/** The client's `request`, as the smaller calls use it. */
export type Send = <Answer>(
  method: 'GET' | 'PUT',
  path: string,
  options?: RequestOptions,
) => Promise<Answer>;

export interface Feature extends FeatureRule {
  readonly name: string;
  /** What one of it is called, such as `minute`; null for what is not counted. */
  readonly unit: string | null;
}

export interface WireFeature {
  readonly feature: string;
  readonly kind: FeatureKind;
  readonly name: string;
  readonly unit?: string | null;
  readonly on_unavailable?: OnUnavailable;
}

export interface List<Item> {
  readonly data: readonly Item[];
}

export interface Levels {
  /** Sets how much of a `level` feature, such as files or seats, the user has. */
  set(user: string, feature: string, amount: Amount): Promise<Balance>;
}

export function toFeature(wire: WireFeature): Feature {
  return {
    feature: wire.feature,
    kind: wire.kind,
    name: wire.name,
    unit: wire.unit ?? null,
    onUnavailable: wire.on_unavailable,
  };
}

export function levelsOf(send: Send): Levels {
  return {
    set: async (user, feature, amount) => {
      const segments = `${pathSegment('user', user)}/levels/${pathSegment('feature', feature)}`;
      const options = { body: { amount } };
      return toBalance(await send<WireBalance>('PUT', `/v1/users/${segments}`, options));
    },
  };
}
