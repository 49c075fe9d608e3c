import {
  digestLine,
  isSigned,
  parseCheckpoint,
  writeCheckpoint,
  type Checkpoint,
  type SignedCheckpoint,
} from './checkpoint.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Where signed lines are kept, outside of the database and only ever appended to. */
export interface CheckpointLog {
  /** As people name it, such as a path. */
  readonly name: string;
  /** The lines; the same array for as long as nothing was appended. */
  readLines(): Promise<readonly string[]>;
  append(line: string): Promise<void>;
}

/** What the signed lines say. */
export interface CheckpointRecord {
  /** Those that still count, oldest first. */
  readonly checkpoints: readonly SignedCheckpoint[];
  /** What is wrong with the record itself, each a whole sentence. */
  readonly faults: readonly string[];
}

export interface Checkpoints {
  readonly name: string;
  read(): Promise<CheckpointRecord>;
  /** Answers the line. Two who append at once must take turns, as those do who lock the chain. */
  append(checkpoint: Checkpoint): Promise<string>;
  /** Whether one of the keys has signed this line. */
  isSigned(line: string): boolean;
}

export function createCheckpoints({
  log,
  keys,
}: {
  readonly log: CheckpointLog;
  readonly keys: SigningKeys;
}): Checkpoints {
  let known: { readonly lines: readonly string[]; readonly record: CheckpointRecord } | undefined;
  return {
    name: log.name,
    async read() {
      const lines = await log.readLines();
      if (known?.lines !== lines) known = { lines, record: readRecord(lines, keys) };
      return known.record;
    },
    async append(checkpoint) {
      const lines = await log.readLines();
      const previousLine = lines.findLast((line) => parseCheckpoint(line) !== undefined);
      const line = writeCheckpoint(checkpoint, { keys, previousLine });
      await log.append(line);
      return line;
    },
    isSigned: (line) => isSigned(line, keys),
  };
}

function readRecord(lines: readonly string[], keys: SigningKeys): CheckpointRecord {
  const faults: string[] = [];
  let checkpoints: SignedCheckpoint[] = [];
  let lastLine: string | undefined;
  for (const [index, line] of lines.entries()) {
    // What is no checkpoint says nothing: a line that was cut off, or an empty one.
    const checkpoint = parseCheckpoint(line);
    if (checkpoint === undefined) continue;
    if (checkpoint.previous !== digestLine(lastLine)) {
      faults.push(`Line ${index + 1} does not follow the line before it.`);
    }
    // Each line covers the one before it, so the last signature stands for all of the others.
    // These two take something back, so they are looked at by themselves.
    if (checkpoint.kind !== 'head' && !isSigned(line, keys)) {
      faults.push(`Line ${index + 1} is not signed by a key that is known.`);
    } else if (checkpoint.kind === 'restored') {
      // Its own digest covers the chain as it is from its beginning on.
      checkpoints = [];
    }
    checkpoints.push(checkpoint);
    lastLine = line;
  }
  if (lastLine !== undefined && !isSigned(lastLine, keys)) {
    faults.push('The last line is not signed by a key that is known.');
  }
  return { checkpoints, faults };
}
