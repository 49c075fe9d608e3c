import type { Tx } from '../../../platform/database.ts';
import type { Catalog, PackDefinition } from '../catalog.ts';
import { isSameWriting } from '../definitions.ts';
import { recordChange, type CommandContext } from '../record.ts';
import { loadCatalog } from '../store-catalog.ts';
import { lockCatalog } from '../store.ts';
import { currentPack, packUnknown, writePack } from './pack.ts';
import { endPack, insertPack } from './store.ts';

/**
 * Puts a pack on sale, in the place of the version of its key before, for a caller that holds the
 * catalogue and has checked the pack against it. Answers whether anything changed.
 */
export async function applyPack(
  tx: Tx,
  pack: PackDefinition,
  catalog: Pick<Catalog, 'packs'>,
  context: CommandContext,
): Promise<boolean> {
  const before = currentPack(catalog, pack.key);
  const written = writePack(pack);
  const writtenBefore = before === undefined ? null : writePack(before);
  if (isSameWriting(writtenBefore, written)) return false;
  await endPack(tx, pack.key, context.nowMs);
  const version = await insertPack(tx, pack, context.nowMs);
  await recordChange(tx, context, 'pack.published', subjectOf(pack.key), {
    before: before === undefined ? null : { version: before.version, ...writtenBefore },
    after: { version, ...written },
  });
  return true;
}

/** Takes a pack off sale. What was bought stays. */
export async function withdrawPack(tx: Tx, key: string, context: CommandContext): Promise<void> {
  await lockCatalog(tx);
  const catalog = await loadCatalog(tx);
  const pack = currentPack(catalog, key);
  if (pack === undefined) throw packUnknown(catalog, key);
  await endPack(tx, key, context.nowMs);
  const change = { before: { version: pack.version } };
  await recordChange(tx, context, 'pack.withdrawn', subjectOf(key), change);
}

function subjectOf(key: string): { kind: string; id: string } {
  return { kind: 'pack', id: key };
}
