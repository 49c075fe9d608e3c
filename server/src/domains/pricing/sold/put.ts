import { createHash } from 'node:crypto';
import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { refuseStale } from '../../accounts/index.ts';
import {
  currentPack,
  loadCatalog,
  lockCatalog,
  packUnknown,
  withdrawPack,
  writeEventType,
  type Catalog,
  type CommandContext,
  type EventType,
  type Pack,
} from '../../plans/index.ts';
import { parseCatalogFile } from '../catalog-file.ts';
import { EVENT_TYPE_EXISTS, EVENT_TYPE_UNKNOWN, PACK_EXISTS } from '../errors.ts';
import type { WrittenCatalog } from '../file-schema.ts';
import { placeFaults } from '../place-faults.ts';
import { exportCatalog, publishCatalog } from '../service.ts';

export interface Stated {
  readonly key: string;
  /** As catalogue files write it, but for its key. */
  readonly said: Readonly<Record<string, unknown>>;
  /** Of what gives way; `null` where there is nothing of the key yet. */
  readonly version: number | null;
}

export interface Put<T> {
  readonly before: T | null;
  readonly after: T;
}

/** Sells a pack, in the place of the one of its key that was looked at. */
export async function putPack(
  tx: Tx,
  { key, said, version }: Stated,
  context: CommandContext,
): Promise<Put<Pack>> {
  await lockCatalog(tx);
  const catalog = await loadCatalog(tx);
  const before = currentPack(catalog, key) ?? null;
  if (version === null && before !== null) {
    const message = `Pack ${key} is on sale already; change that one, or withdraw it.`;
    throw new AppError(PACK_EXISTS, { message, members: { version: before.version } });
  }
  if (version !== null) refuseStale(version, requirePack(catalog, key).version);
  await putEntry(tx, { list: 'packs', key, said, what: 'pack' }, context);
  return { before, after: requirePack(await loadCatalog(tx), key) };
}

/** Takes a pack off sale that is still the one that was looked at. */
export async function endPack(
  tx: Tx,
  { key, version }: Pick<Stated, 'key'> & { readonly version: number },
  context: CommandContext,
): Promise<Pack> {
  await lockCatalog(tx);
  const pack = requirePack(await loadCatalog(tx), key);
  refuseStale(version, pack.version);
  await withdrawPack(tx, key, context);
  return pack;
}

/** Says what an event counts to, of one that still says what was looked at. */
export async function putEventType(
  tx: Tx,
  { key, said, version }: Stated,
  context: CommandContext,
): Promise<Put<EventType>> {
  await lockCatalog(tx);
  const catalog = await loadCatalog(tx);
  const before = catalog.eventTypes.get(key) ?? null;
  if (version === null && before !== null) {
    const message = `There is an event type ${key} already; change that one.`;
    throw new AppError(EVENT_TYPE_EXISTS, { message });
  }
  if (version !== null) refuseStale(version, eventTypeVersion(requireEventType(catalog, key)));
  await putEntry(tx, { list: 'event_types', key, said, what: 'event_type' }, context);
  return { before, after: requireEventType(await loadCatalog(tx), key) };
}

const VERSION_BYTES = 6;

/** A number that is another one wherever an event type says something else. */
export function eventTypeVersion(eventType: EventType): number {
  const text = JSON.stringify(writeEventType(eventType));
  return createHash('sha256').update(text).digest().readUIntBE(0, VERSION_BYTES);
}

/** By the same checks as a catalogue file that says it, each fault placed within it. */
async function putEntry(
  tx: Tx,
  of: {
    readonly list: 'packs' | 'event_types';
    readonly key: string;
    readonly said: Readonly<Record<string, unknown>>;
    readonly what: string;
  },
  context: CommandContext,
): Promise<void> {
  const file: WrittenCatalog = await exportCatalog(tx);
  const entries: unknown[] = [...(file[of.list] ?? [])];
  const known = (file[of.list] ?? []).findIndex(({ key }) => key === of.key);
  const index = known < 0 ? entries.length : known;
  entries[index] = { ...of.said, key: of.key };
  try {
    await publishCatalog(tx, parseCatalogFile({ ...file, [of.list]: entries }), context);
  } catch (error) {
    const what = of.what.replace('_', ' ');
    throw placeFaults(error, { from: `/${of.list}/${index}`, to: `/${of.what}`, what });
  }
}

function requirePack(catalog: Catalog, key: string): Pack {
  const pack = currentPack(catalog, key);
  if (pack === undefined) throw packUnknown(catalog, key);
  return pack;
}

function requireEventType({ eventTypes }: Catalog, key: string): EventType {
  const eventType = eventTypes.get(key);
  if (eventType !== undefined) return eventType;
  const known = [...eventTypes.keys()];
  const message = `There is no event type ${key}; there are: ${known.join(', ')}.`;
  throw new AppError(EVENT_TYPE_UNKNOWN, { message, members: { known } });
}
