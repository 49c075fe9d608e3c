import { appendFile, readFile, writeFile } from 'node:fs/promises';
import type { Trail } from '../trail.fixture.ts';
import { chainBeginning, sealDigest } from './digest.ts';
import { findChainId, listSealed } from './store.ts';

/** What somebody with every right on the database may do to a trail, but without the key. */
export interface Tampering {
  readonly title: string;
  /** The seal of the first row that is wrong, where the deed leaves no doubt of it. */
  readonly seal?: number;
  run(trail: Trail): Promise<unknown>;
}

/** Random numbers below a bound, from a generator that can be repeated. */
export type Pick = (below: number) => number;

const ENTRY_EDITS: Readonly<Record<string, string>> = {
  recorded_at: `recorded_at + interval '1 microsecond'`,
  actor_kind: `CASE actor_kind WHEN 'key' THEN 'cli' ELSE 'key' END`,
  actor_id: `CASE WHEN actor_id IS NULL THEN '' END`,
  action: `action || ' '`,
  subject_kind: `upper(subject_kind)`,
  subject_id: `subject_id || '0'`,
  account_id: `coalesce(account_id, 0) + 1`,
  reason: `CASE WHEN reason IS NULL THEN 'a reason' END`,
  before: `CASE WHEN before IS NULL THEN 'null'::jsonb END`,
  after: `jsonb_build_object('limit', 1000000, 'was', after)`,
  request_id: `coalesce(request_id, '') || 'x'`,
  address: `CASE WHEN address IS NULL THEN '10.0.0.1' END`,
  personal_digest: `CASE WHEN personal_digest IS NULL THEN sha256('x') END`,
};

const SEAL_EDITS: Readonly<Record<string, string>> = {
  entry_id: 'entry_id + 1000000',
  digest: `sha256(digest)`,
  sealed_at: `sealed_at - interval '1 hour'`,
  seal_number: 'seal_number + 1000000',
};

const entryOf = (seal: number): string =>
  `(SELECT entry_id FROM audit_seals WHERE seal_number = ${seal})`;

/** One of all the ways, drawn at random, in a trail with so many seals. */
export function drawTampering(pick: Pick, seals: number): Tampering {
  const seal = 1 + pick(seals);
  const other = 1 + ((seal + pick(seals - 1)) % seals);
  const families = [
    () => editEntry(pick, seal),
    () => editEntry(pick, seal),
    () => editSeal(pick, seal),
    () => deletion(pick, seal),
    () => exchange(pick, seal, other),
    () => insertion(pick, seal),
    () => truncation(pick, seal),
    () => rewriting(pick, seal),
    () => besideTheChain(pick, seal),
    () => ofTheRecord(pick),
  ];
  return families[pick(families.length)]!();
}

function editEntry(pick: Pick, seal: number): Tampering {
  const columns = Object.keys(ENTRY_EDITS);
  const column = columns[pick(columns.length)]!;
  return sqlDeed(
    `edits ${column} of an entry`,
    `UPDATE audit_entries SET ${column} = ${ENTRY_EDITS[column]} WHERE id = ${entryOf(seal)}`,
    seal,
  );
}

function editSeal(pick: Pick, seal: number): Tampering {
  const columns = Object.keys(SEAL_EDITS);
  const column = columns[pick(columns.length)]!;
  return sqlDeed(
    `edits ${column} of a seal`,
    `UPDATE audit_seals SET ${column} = ${SEAL_EDITS[column]} WHERE seal_number = ${seal}`,
    seal,
  );
}

function deletion(pick: Pick, seal: number): Tampering {
  const last = seal + pick(5);
  const entries = `DELETE FROM audit_entries WHERE id IN
    (SELECT entry_id FROM audit_seals WHERE seal_number BETWEEN ${seal} AND ${last})`;
  const rows = `DELETE FROM audit_seals WHERE seal_number BETWEEN ${seal} AND ${last}`;
  const shift = `UPDATE audit_seals SET seal_number = -seal_number WHERE seal_number > ${last};
    UPDATE audit_seals SET seal_number = -seal_number - ${last - seal + 1} WHERE seal_number < 0`;
  const queue = `INSERT INTO audit_unsealed SELECT entry_id FROM audit_seals
    WHERE seal_number BETWEEN ${seal} AND ${last}`;
  const ways = [
    ['deletes entries', entries],
    ['deletes seals', rows],
    ['deletes entries with their seals', `${entries}; ${rows}`],
    ['deletes entries with their seals and closes the gap', `${entries}; ${rows}; ${shift}`],
    ['puts sealed entries back among those that wait', `${queue}; ${rows}`],
  ] as const;
  const [title, text] = ways[pick(ways.length)]!;
  return sqlDeed(title, text, seal);
}

function exchange(pick: Pick, seal: number, other: number): Tampering {
  const ways = [
    [
      'exchanges the ids of two entries',
      `WITH pair AS (SELECT ${entryOf(seal)} AS a, ${entryOf(other)} AS b)
       UPDATE audit_entries SET id = CASE id WHEN a THEN -b ELSE -a END
       FROM pair WHERE id IN (a, b);
       UPDATE audit_entries SET id = -id WHERE id < 0`,
    ],
    [
      'exchanges the places of two seals',
      `UPDATE audit_seals SET seal_number = -CASE seal_number WHEN ${seal} THEN ${other}
         ELSE ${seal} END WHERE seal_number IN (${seal}, ${other});
       UPDATE audit_seals SET seal_number = -seal_number WHERE seal_number < 0`,
    ],
    [
      'exchanges what two entries say',
      `UPDATE audit_entries AS entry SET (action, subject_id, reason, after) =
         (twin.action, twin.subject_id, twin.reason, twin.after)
       FROM audit_entries AS twin
       WHERE entry.id IN (${entryOf(seal)}, ${entryOf(other)})
         AND twin.id IN (${entryOf(seal)}, ${entryOf(other)}) AND twin.id <> entry.id`,
    ],
  ] as const;
  const [title, text] = ways[pick(ways.length)]!;
  return sqlDeed(title, text, Math.min(seal, other));
}

function insertion(pick: Pick, seal: number): Tampering {
  const insert = `INSERT INTO audit_entries
      (recorded_at, actor_kind, action, subject_kind, subject_id)
    VALUES ('2026-03-10', 'system', 'nothing.happened', 'user', '1')`;
  const open = `UPDATE audit_seals SET seal_number = -seal_number - 1 WHERE seal_number >= ${seal};
    UPDATE audit_seals SET seal_number = -seal_number WHERE seal_number < 0`;
  const seals = `INSERT INTO audit_seals SELECT ${seal}, max(id), sha256('x'), '2026-03-10'
    FROM audit_entries`;
  if (pick(2) === 0) return sqlDeed('inserts an entry', insert);
  return sqlDeed('inserts an entry with a seal', `${insert}; ${open}; ${seals}`, seal);
}

function truncation(pick: Pick, seal: number): Tampering {
  const entries = `DELETE FROM audit_entries WHERE id IN
    (SELECT entry_id FROM audit_seals WHERE seal_number >= ${seal})`;
  const seals = `DELETE FROM audit_seals WHERE seal_number >= ${seal}`;
  const ways = [
    ['cuts the end off', `${entries}; ${seals}`],
    ['cuts the seals off the end', seals],
    ['empties everything', 'TRUNCATE audit_entries, audit_seals, audit_personal_values'],
    [
      'empties everything and begins another chain',
      `TRUNCATE audit_entries, audit_seals, audit_personal_values;
       UPDATE audit_chain SET chain_id = NULL`,
    ],
    [
      'claims that the beginning was given up by policy',
      `INSERT INTO audit_retirements SELECT seal_number, digest,
         '{"kind":"retired"}', sealed_at FROM audit_seals WHERE seal_number = ${seal};
       DELETE FROM audit_entries WHERE id IN
         (SELECT entry_id FROM audit_seals WHERE seal_number <= ${seal});
       DELETE FROM audit_seals WHERE seal_number <= ${seal}`,
    ],
  ] as const;
  const [title, text] = ways[pick(ways.length)]!;
  return sqlDeed(title, text);
}

/** Every digest is public arithmetic: without the signatures nobody would see any of these. */
function rewriting(pick: Pick, seal: number): Tampering {
  const ways = [
    [
      'edits an entry and computes all seals after it anew',
      `UPDATE audit_entries SET reason = 'another' WHERE id = ${entryOf(seal)}`,
    ],
    [
      'deletes an entry and computes the chain anew',
      `DELETE FROM audit_entries WHERE id = ${entryOf(seal)};
       DELETE FROM audit_seals WHERE seal_number = ${seal};
       UPDATE audit_seals SET seal_number = -seal_number WHERE seal_number > ${seal};
       UPDATE audit_seals SET seal_number = -seal_number - 1 WHERE seal_number < 0`,
    ],
    [
      'computes the whole chain anew under another id',
      `UPDATE audit_chain SET chain_id = gen_random_uuid();
       UPDATE audit_entries SET reason = 'another' WHERE id = ${entryOf(seal)}`,
    ],
  ] as const;
  const [title, text] = ways[pick(ways.length)]!;
  return {
    title,
    async run(trail) {
      await trail.attacker.query(text);
      await computeAnew(trail);
    },
  };
}

async function computeAnew({ database, attacker }: Trail): Promise<void> {
  let digest = chainBeginning((await findChainId(database)) ?? '');
  for (const row of await listSealed(database, { after: 0, limit: 10_000 })) {
    digest = sealDigest(digest, { ...row, entry: row.entry ?? '' });
    await attacker.query(
      `UPDATE audit_seals SET digest = '\\x${digest}' WHERE seal_number = ${row.sealNumber}`,
    );
  }
}

function besideTheChain(pick: Pick, seal: number): Tampering {
  const any = `(SELECT entry_id FROM audit_personal_values ORDER BY entry_id
    OFFSET ${seal} % (SELECT count(*) FROM audit_personal_values) LIMIT 1)`;
  const ways = [
    [
      'edits what is kept about a person',
      `UPDATE audit_personal_values SET ciphertext = ciphertext || 'x' WHERE entry_id = ${any}`,
    ],
    [
      'passes it off as about somebody else',
      `UPDATE audit_personal_values SET person_id = person_id || '0' WHERE entry_id = ${any}`,
    ],
    ['deletes it', `DELETE FROM audit_personal_values WHERE entry_id = ${any}`],
    [
      'adds something about a person',
      `INSERT INTO audit_personal_values VALUES (${entryOf(1)}, 'user', '1', 'x')
       ON CONFLICT (entry_id) DO UPDATE SET ciphertext = 'x'`,
    ],
    ['deletes the keys of persons', 'DELETE FROM audit_person_keys'],
    ['lets a sealed entry wait once more', `INSERT INTO audit_unsealed SELECT ${entryOf(seal)}`],
    ['lets an entry wait that does not exist', 'INSERT INTO audit_unsealed VALUES (-1)'],
    ['changes the id of the chain', 'UPDATE audit_chain SET chain_id = gen_random_uuid()'],
  ] as const;
  const [title, text] = ways[pick(ways.length)]!;
  return sqlDeed(title, text);
}

/** Not even the file can be changed without the key; it is put back by whoever draws this. */
function ofTheRecord(pick: Pick): Tampering {
  const edit =
    (change: (lines: string[]) => string[]) =>
    async ({ checkpointFile }: Trail): Promise<void> => {
      const lines = (await readFile(checkpointFile, 'utf8')).trimEnd().split('\n');
      await writeFile(checkpointFile, `${change(lines).join('\n')}\n`);
    };
  const ways: readonly Tampering[] = [
    { title: 'takes a line out of the checkpoints', run: edit((lines) => lines.toSpliced(1, 1)) },
    {
      title: 'edits a line of the checkpoints',
      run: edit((lines) => lines.with(1, lines[1]!.replace('"reason":null', '"reason":"none"'))),
    },
    {
      title: 'edits the last line of the checkpoints',
      run: edit((lines) => [
        ...lines.slice(0, -1),
        lines.at(-1)!.replace('"at":"2026', '"at":"2025'),
      ]),
    },
    { title: 'empties the checkpoints', run: edit(() => []) },
    {
      title: 'adds a checkpoint that nobody signed',
      run: ({ checkpointFile }) =>
        appendFile(
          checkpointFile,
          `${JSON.stringify({
            kind: 'restored',
            chain: 'another',
            seal: 1,
            digest: '',
            at: '',
            key: '',
            previous: '',
            signature: '',
          })}\n`,
        ),
    },
  ];
  return ways[pick(ways.length)]!;
}

function sqlDeed(title: string, text: string, seal?: number): Tampering {
  return {
    title,
    ...(seal !== undefined && { seal }),
    run: ({ attacker }) => attacker.query(text),
  };
}
