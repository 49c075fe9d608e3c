import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it } from 'vitest';
import { randomFrom } from '../../test/lives/world/random.ts';
import { readJournal, rowsAfter } from './journal.fixture.ts';
import { atMoment } from './support/moments.fixture.ts';

const KILLS = Number(process.env['SANDBOX_KILLS'] ?? 5);
const SEED = Number(process.env['SANDBOX_SEED'] ?? Date.now() % 2 ** 31);
const LATEST_KILL_MS = 60;

const folder = mkdtempSync(join(tmpdir(), 'stripe-sandbox-kill-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PROGRAM = join(import.meta.dirname, 'journal.fixture.ts');

/** Lets a process do deeds until it is killed; answers the last of which it has told. */
async function killed(file: string, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, PROGRAM, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = 0;
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => {
    if (told === 0) atMoment(afterMs, () => child.kill('SIGKILL'));
    told = Number(line);
  });
  await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  return told;
}

it(
  `has all that was told when it is killed ${KILLS} times while it is written anew`,
  async () => {
    console.log(`journal killed ${KILLS} times from SANDBOX_SEED=${SEED}`);
    const random = randomFrom(SEED);
    const file = join(folder, 'journal');
    let within = 0;
    for (let round = 0; round < KILLS; round += 1) {
      const told = await killed(file, random.below(LATEST_KILL_MS));
      if (existsSync(`${file}.next`)) within += 1;
      const { done, rows } = readJournal(file);
      expect([told, told + 1]).toContain(done);
      expect(rows).toStrictEqual(rowsAfter(done));
    }
    console.log(`${within} of ${KILLS} kills were within a rewriting`);
  },
  30_000 + KILLS * 3_000,
);
