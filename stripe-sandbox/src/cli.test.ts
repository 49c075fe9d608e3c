import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectValidated } from '../test/validated.fixture.ts';
import { startReceiver } from './webhooks/receiver.fixture.ts';

const run = promisify(execFile);
const workspace = resolve(import.meta.dirname, '..');
const quiet = { env: { ...process.env, npm_config_update_notifier: 'false' } };

let folder = '';
let command = '';

/** Builds, packs and unpacks the package as a registry's client would install it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stripe-sandbox-cli-'));
  const installed = join(folder, 'node_modules/@whisperforge/stripe-sandbox');
  await mkdir(installed, { recursive: true });
  await run('npm', ['run', 'build', '--silent'], { cwd: workspace, ...quiet });
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: workspace, ...quiet });
  const archive = join(folder, stdout.trim().split('\n').at(-1) ?? '');
  await run('tar', ['-xzf', archive, '--strip-components=1', '-C', installed]);
  await mkdir(join(folder, 'bin'));
  command = join(folder, 'bin/stripe-sandbox');
  await symlink(join(installed, 'dist/cli.js'), command);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with what was printed, once a text is in it. */
  prints(text: string): Promise<string>;
}

function start(...args: string[]): Started {
  const child = spawn(process.execPath, [command, ...args]);
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => void (said.stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => void (said.stderr += chunk.toString('utf8')));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  return {
    child,
    ended,
    async prints(text) {
      while (!said.stdout.includes(text)) {
        await Promise.race([once(child.stdout, 'data'), ended.then(giveUp(text))]);
      }
      return said.stdout;
    },
  };
}

const giveUp =
  (text: string) =>
  ({ stdout, stderr }: Ended): never => {
    throw new Error(`ended without saying '${text}': ${stdout}${stderr}`);
  };

it('shows its help and its version, and tells what was typed wrongly', async () => {
  const help = await start('--help').ended;
  expect([help.code, help.stderr]).toStrictEqual([0, '']);
  expect(help.stdout).toContain('--forward-to URL');
  expect(await start('--version').ended).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  for (const args of [
    ['--nonsense'],
    ['--port', '99999'],
    ['--port', 'x'],
    ['word'],
    ['--events', 'a'],
    ['--forward-to', 'ftp://x'],
  ]) {
    const { code, stdout, stderr } = await start(...args).ended;
    expect([args, code, stdout]).toStrictEqual([args, 2, '']);
    expect(stderr).toContain('See stripe-sandbox --help.');
  }
});

it('serves the SDK, forwards events, keeps its journal and ends cleanly', async () => {
  const receiver = await startReceiver();
  const journal = join(folder, 'journal');
  const args = ['--port', '0', '--journal', journal, '--seed', 'cli'];
  const forward = ['--forward-to', receiver.url, '--events', 'customer.created'];
  const arrived = Promise.withResolvers<undefined>();
  receiver.answer = (response): void => {
    response.end();
    arrived.resolve(undefined);
  };
  const first = start(...args, ...forward);
  const summary = await first.prints('Ctrl-C');
  const port = /127\.0\.0\.1:(\d+)/.exec(summary)![1]!;
  const secret = /whsec_\w+/.exec(summary)![0];
  const stripe = connectValidated(Number(port));
  const { id } = await stripe.customers.create({ name: 'kept' });
  await arrived.promise;
  const { body, signature } = receiver.received[0]!;
  expect(stripe.webhooks.constructEvent(body, signature, secret).type).toBe('customer.created');
  const taken = await start('--port', port).ended;
  expect([taken.code, taken.stderr]).toStrictEqual([
    1,
    `stripe-sandbox: port ${port} is taken; choose another with --port\n`,
  ]);
  const inUse = await start(...args).ended;
  expect([inUse.code, inUse.stderr.includes('is in use by process')]).toStrictEqual([1, true]);
  first.child.kill('SIGTERM');
  expect(await first.ended).toMatchObject({ code: 0, stderr: '' });
  const second = start('--port', port, '--journal', journal, ...forward);
  expect(await second.prints('Ctrl-C')).toContain(secret);
  expect(await stripe.customers.retrieve(id)).toMatchObject({ name: 'kept' });
  second.child.kill('SIGINT');
  expect(await second.ended).toMatchObject({ code: 0 });
  await receiver.close();
});

it('is packed with its types and without its tests', async () => {
  const installed = join(folder, 'node_modules/@whisperforge/stripe-sandbox');
  await access(join(installed, 'dist/index.d.ts'));
  await access(join(installed, 'README.md'));
  const packed = await readdir(join(installed, 'dist'), { recursive: true });
  expect(packed.filter((file) => /(?:^|\/)test(?:\/|$)|\.(?:test|fixture)\./.test(file))).toEqual(
    [],
  );
  const program = "import('@whisperforge/stripe-sandbox').then((it) => it.startSandbox({port: 0}))";
  const script = `${program}.then((sandbox) => sandbox.close()).then(() => console.log('closed'))`;
  const { stdout } = await run(process.execPath, ['--eval', script], { cwd: folder });
  expect(stdout).toBe('closed\n');
});
