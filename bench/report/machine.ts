import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly postgres: string;
  /** How long the disk under the database takes to keep 8 KiB for good, in the middle. */
  readonly fsyncMs: number;
  readonly date: string;
}

export async function describeMachine(databaseUrl: string, folder: string): Promise<Machine> {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: `${type()} ${release()} ${arch()}`,
    node: process.versions.node,
    postgres: await postgresVersion(databaseUrl),
    fsyncMs: measureFsync(folder),
    date: new Date().toISOString().slice(0, 10),
  };
}

async function postgresVersion(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? 'unknown';
  } finally {
    await client.end();
  }
}

const FSYNCS = 101;

/** Postgres commits at the speed of this; where it costs nothing, a disk that lies may be why. */
function measureFsync(folder: string): number {
  const file = join(folder, 'fsync');
  const page = Buffer.alloc(8_192, 1);
  const descriptor = openSync(file, 'w');
  const durations: number[] = [];
  for (let count = 0; count < FSYNCS; count += 1) {
    writeSync(descriptor, page, 0, page.length, 0);
    const startedMs = performance.now();
    fsyncSync(descriptor);
    durations.push(performance.now() - startedMs);
  }
  closeSync(descriptor);
  rmSync(file);
  return durations.toSorted((a, b) => a - b)[Math.floor(FSYNCS / 2)]!;
}

export function renderMachine(machine: Machine): string {
  return [
    `- ${machine.cores} cores of ${machine.processor}, shared by server, Postgres and load`,
    `- ${machine.memoryGiB} GiB of memory; a flush of 8 KiB to the disk takes ` +
      `${machine.fsyncMs.toFixed(2)} ms`,
    `- ${machine.kernel}, Node ${machine.node}, Postgres ${machine.postgres} with fsync and ` +
      'synchronous_commit on',
  ].join('\n');
}
