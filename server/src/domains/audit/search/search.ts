import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { pageOf, readCursor, writeCursor } from '../../../platform/pages.ts';
import { appendAudit } from '../append.ts';
import { chainBeginning, sealDigest } from '../chain/digest.ts';
import { findChainId, findSealDigest } from '../chain/store.ts';
import type { SignedCheckpoint } from '../checkpoints/checkpoint.ts';
import type { Checkpoints } from '../checkpoints/record.ts';
import type { Actor } from '../entry.ts';
import { ENTRY_UNKNOWN } from '../errors.ts';
import { readPersonal, type ReadPersonal } from '../personal/personal.ts';
import { findLastRetirement } from '../retention/store.ts';
import type { AuditFilter } from './filter.ts';
import { findEntry, listEntries, type EntryWithSeal, type ListedEntry } from './store.ts';
import type { ListPosition } from './store.ts';

/** How far an entry is proven to be as it was written. */
export type Proof =
  /** Committed, and to be sealed within a second. */
  | 'waiting'
  /** Its seal follows from it and from the seal before it, but nothing after it is signed yet. */
  | 'sealed'
  /** And a signed checkpoint, which the chain still agrees with, covers it. */
  | 'signed'
  /** It is not what was sealed, or the chain is not what was signed. */
  | 'broken';

export interface ShownEntry {
  readonly entry: EntryWithSeal;
  readonly personal: ReadPersonal | undefined;
  readonly proof: Proof;
  /** The checkpoint that covers it. */
  readonly checkpoint: SignedCheckpoint | undefined;
}

export interface AuditSearch {
  list(request: {
    readonly filter: AuditFilter;
    readonly cursor: string | undefined;
    readonly limit: number;
  }): Promise<{ readonly entries: readonly ListedEntry[]; readonly nextCursor: string | null }>;
  /** All pages of a list. */
  all(filter: AuditFilter): AsyncIterable<ListedEntry>;
  /** Puts on record who took a list away. */
  noteExport(taken: {
    readonly actor: Actor;
    readonly nowMs: number;
    readonly list: Readonly<Record<string, unknown>>;
  }): Promise<void>;
  show(id: number): Promise<ShownEntry>;
}

export interface SearchOptions {
  readonly database: Database;
  /** Asked each time, since development makes itself a key only when it first signs. */
  readonly checkpoints: () => Checkpoints | undefined;
}

const ENTRIES_A_PAGE = 1_000;

export function createAuditSearch(options: SearchOptions): AuditSearch {
  const { database } = options;
  return {
    async list({ filter, cursor, limit }) {
      const after = cursor === undefined ? undefined : placeAfter(cursor);
      const found = await listEntries(database, { filter, after, limit: limit + 1 });
      const { rows, nextCursor } = pageOf(found, limit, ({ recordedMs, id }) =>
        writeCursor([recordedMs, id]),
      );
      return { entries: rows, nextCursor };
    },
    async *all(filter) {
      let after: ListPosition | undefined;
      for (;;) {
        const entries = await listEntries(database, { filter, after, limit: ENTRIES_A_PAGE });
        yield* entries;
        if (entries.length < ENTRIES_A_PAGE) return;
        after = entries.at(-1);
      }
    },
    noteExport: ({ actor, nowMs, list: after }) =>
      database.transaction((tx) => {
        const subject = { kind: 'list', id: 'audit' };
        const action = 'audit.exported';
        return appendAudit(tx, [{ recordedMs: nowMs, actor, action, subject, after }]);
      }),
    show: (id) => showEntry(options, id),
  };
}

async function showEntry(
  { database, checkpoints }: SearchOptions,
  id: number,
): Promise<ShownEntry> {
  const entry = await findEntry(database, id);
  if (entry === undefined) {
    throw new AppError(ENTRY_UNKNOWN, { message: `There is no entry ${id}.` });
  }
  const personal = entry.hasPersonal ? await readPersonal(database, id) : undefined;
  const shown = { entry, personal };
  if (entry.seal === null) return { ...shown, proof: 'waiting', checkpoint: undefined };
  if (!(await holds(database, entry, entry.seal))) {
    return { ...shown, proof: 'broken', checkpoint: undefined };
  }
  const covering = await findCovering(checkpoints(), entry.seal.sealNumber);
  if (covering === undefined) return { ...shown, proof: 'sealed', checkpoint: undefined };
  const digest = await findSealDigest(database, covering.sealNumber);
  const isAsSigned = digest === covering.digest;
  return { ...shown, proof: isAsSigned ? 'signed' : 'broken', checkpoint: covering };
}

async function holds(
  database: Database,
  { canonical }: EntryWithSeal,
  seal: NonNullable<EntryWithSeal['seal']>,
): Promise<boolean> {
  const { sealNumber, sealedAt, digest } = seal;
  const previous = seal.previousDigest ?? (await findBeginning(database, sealNumber));
  return sealDigest(previous, { sealNumber, sealedAt, entry: canonical }) === digest;
}

async function findBeginning(database: Database, sealNumber: number): Promise<string> {
  if (sealNumber === 1) return chainBeginning((await findChainId(database)) ?? '');
  const retired = await findLastRetirement(database);
  return retired?.sealNumber === sealNumber - 1 ? retired.digest : '';
}

async function findCovering(
  checkpoints: Checkpoints | undefined,
  sealNumber: number,
): Promise<SignedCheckpoint | undefined> {
  const record = await checkpoints?.read();
  return record?.checkpoints.find((checkpoint) => checkpoint.sealNumber >= sealNumber);
}

function placeAfter(cursor: string): ListPosition {
  const [recordedMs, id] = readCursor(cursor, ['instant', 'number']);
  return { recordedMs, id };
}
