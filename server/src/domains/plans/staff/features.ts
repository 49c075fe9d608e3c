import { createHash } from 'node:crypto';
import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { refuseStale } from '../../accounts/index.ts';
import type { Feature } from '../catalog.ts';
import { writeFeature } from '../definitions.ts';
import { FEATURE_EXISTS, FEATURE_UNKNOWN } from '../errors.ts';
import type { CommandContext } from '../record.ts';
import { defineFeature } from '../service.ts';
import { loadCatalog } from '../store-catalog.ts';
import { lockCatalog } from '../store.ts';

export interface StatedFeature extends Omit<Feature, 'position'> {
  /** Where it stands among the others; at the end, or where it is, where nothing is said. */
  readonly position?: number | undefined;
}

export interface DefinedFeature {
  readonly before: Feature | null;
  readonly after: Feature;
}

const VERSION_BYTES = 6;

/** A number that is another one wherever a feature says something else. */
export function featureVersion(feature: Feature): number {
  const text = JSON.stringify([writeFeature(feature), feature.position]);
  const digest = createHash('sha256').update(text).digest();
  return digest.readUIntBE(0, VERSION_BYTES);
}

/** Adds a feature; every plan says that it does not grant it until its next version does. */
export async function addFeature(
  tx: Tx,
  feature: StatedFeature,
  context: CommandContext,
): Promise<DefinedFeature> {
  await lockCatalog(tx);
  const { features } = await loadCatalog(tx);
  if (features.has(feature.key)) {
    const message = `There is a feature ${feature.key} already; change that one.`;
    throw new AppError(FEATURE_EXISTS, { message });
  }
  const last = Math.max(0, ...[...features.values()].map(({ position }) => position));
  const after = { ...feature, position: feature.position ?? last + 1 };
  await defineFeature(tx, after, context);
  return { before: null, after };
}

/** Changes what may change of a feature that is still the one that was looked at. */
export async function changeFeature(
  tx: Tx,
  feature: StatedFeature,
  version: number,
  context: CommandContext,
): Promise<DefinedFeature> {
  await lockCatalog(tx);
  const { features } = await loadCatalog(tx);
  const before = features.get(feature.key);
  if (before === undefined) {
    const known = [...features.keys()];
    const message = `There is no feature ${feature.key}; there are: ${known.join(', ')}.`;
    throw new AppError(FEATURE_UNKNOWN, { message, members: { known } });
  }
  refuseStale(version, featureVersion(before));
  const after = { ...feature, position: feature.position ?? before.position };
  await defineFeature(tx, after, context);
  return { before, after };
}
