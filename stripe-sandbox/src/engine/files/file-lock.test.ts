import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lockFile } from './file-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'stripe-sandbox-lock-'));
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) {
      await once(child, 'exit');
    }
  }
  rmSync(folder, { recursive: true });
});

function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function firstOf({ stdout }: ChildProcess): Promise<string> {
  const [chunk] = (await once(stdout!, 'data')) as [Buffer];
  return chunk.toString('utf8').trim();
}

const MODULE = JSON.stringify(join(import.meta.dirname, 'file-lock.ts'));

/** A process that tries to have a lock when it is told to, and says whether it has. */
function locker(file: string): ChildProcess {
  const program = `
    const { lockFile } = await import(${MODULE});
    process.stdout.write('ready');
    process.stdin.once('data', () => {
      try {
        lockFile(${JSON.stringify(file)});
        process.stdout.write('locked');
      } catch (error) {
        process.stdout.write(error.message);
      }
    });`;
  return start(process.execPath, [...process.execArgv, '--input-type=module', '-e', program]);
}

async function lockedBy(child: ChildProcess): Promise<string> {
  const said = firstOf(child);
  child.stdin!.write('go');
  return said;
}

it('refuses a file that is in use, and gives it free again', () => {
  const file = join(folder, 'own');
  const unlock = lockFile(file);
  expect(() => lockFile(file)).toThrow(`in use by process ${process.pid}`);
  unlock();
  lockFile(file)();
  expect(existsSync(`${file}.lock`)).toBe(false);
});

it('refuses what another process has, until that one is killed', async () => {
  const file = join(folder, 'other');
  const other = locker(file);
  await firstOf(other);
  expect(await lockedBy(other)).toBe('locked');
  expect(() => lockFile(file)).toThrow(`in use by process ${other.pid}`);
  other.kill('SIGKILL');
  await once(other, 'exit');
  lockFile(file)();
});

it('takes over from what cannot be anybody’s: no process, another of that id, nothing', () => {
  const file = join(folder, 'stale');
  for (const content of ['999999999 1\n', `${process.ppid} 1\n`, '1 \n', 'x\n', '']) {
    writeFileSync(`${file}.lock`, content);
    expect(() => lockFile(file)()).not.toThrow();
  }
});

it.runIf(process.platform === 'linux')(
  'takes over from one that has ended as a zombie',
  async () => {
    const file = join(folder, 'zombie');
    // Its parent becomes another program, which never asks for its end.
    const parent = start('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
    const id = Number(await firstOf(parent));
    const stat = (): string[] =>
      readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]!.split(' ');
    writeFileSync(`${file}.lock`, `${id} ${stat()[19]}\n`);
    expect(() => lockFile(file)).toThrow(`in use by process ${id}`);
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n');
    process.kill(id, 'SIGKILL');
    while (stat()[0] !== 'Z');
    lockFile(file)();
  },
);

it('is had by one only where many take over at once', async () => {
  for (let round = 0; round < 3; round += 1) {
    const file = join(folder, `many ${round}`);
    writeFileSync(`${file}.lock`, '999999999 1\n');
    const lockers = Array.from({ length: 5 }, () => locker(file));
    for (const each of lockers) await firstOf(each);
    const said = await Promise.all(lockers.map(lockedBy));
    expect(said.filter((each) => each === 'locked')).toHaveLength(1);
    for (const each of said) expect(each).toMatch(/^locked$|is in use by/);
    for (const each of lockers) each.kill('SIGKILL');
  }
});
