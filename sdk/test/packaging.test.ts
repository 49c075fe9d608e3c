import { execFile } from 'node:child_process';
import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SDK_VERSION } from '../src/transport/transport.ts';
import { json, scriptedServer } from './support/scripted-server.ts';
import { wireCheck, wireTrack } from './support/wire.ts';

const run = promisify(execFile);
const sdk = resolve(import.meta.dirname, '..');
const repository = resolve(sdk, '..');
const tsc = join(repository, 'node_modules/.bin/tsc');
const quiet = { env: { ...process.env, npm_config_update_notifier: 'false' } };

interface Manifest {
  readonly version: string;
  readonly dependencies?: unknown;
  readonly peerDependencies?: unknown;
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
}

let folder = '';
let installed = '';
let manifest: Manifest;

/** Builds, packs and unpacks the package as a registry's client would install it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whisperforge-sdk-'));
  installed = join(folder, 'node_modules/@whisperforge/sdk');
  await mkdir(installed, { recursive: true });
  await run('npm', ['run', 'build', '--silent'], { cwd: sdk, ...quiet });
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: sdk, ...quiet });
  const archive = join(folder, stdout.trim().split('\n').at(-1) ?? '');
  await run('tar', ['-xzf', archive, '--strip-components=1', '-C', installed]);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Manifest;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every Node on the path that the package says it supports: the repository's and older ones. */
async function nodesOnPath(): Promise<readonly string[]> {
  const found = new Map<string, string>([[process.version, process.execPath]]);
  for (const place of (process.env['PATH'] ?? '').split(delimiter)) {
    const node = join(place, 'node');
    const version = await run(node, ['--version']).then(
      ({ stdout }) => stdout.trim(),
      () => 'v0',
    );
    if (Number(/^v(\d+)/.exec(version)?.[1]) >= 20) found.set(version, node);
  }
  return [...found.values()];
}

async function service() {
  return scriptedServer({
    '/v1/check': (response) => json(response, 200, wireCheck()),
    '/v1/track/batch': (response) => json(response, 200, { results: [wireTrack()] }),
  });
}

describe('the package', () => {
  it('has no dependencies', () => {
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.peerDependencies).toBeUndefined();
  });

  it('names its own version to the service', () => {
    expect(SDK_VERSION).toBe(manifest.version);
  });

  it('has a build and types for each of its doors, and nothing that is only for us', async () => {
    expect(Object.keys(manifest.exports)).toEqual([
      '.',
      './fastify',
      './express',
      './hono',
      './next',
    ]);
    for (const door of Object.values(manifest.exports)) {
      await access(join(installed, door.types));
      await access(join(installed, door.default));
    }
    // A bundler may follow a plain `source`, and the sources are not packed.
    const conditions = Object.values(manifest.exports).flatMap((door) => Object.keys(door));
    expect(new Set(conditions)).toEqual(new Set(['@whisperforge/source', 'types', 'default']));
    const files = await readdir(installed, { recursive: true });
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'dist/index.d.ts']));
    expect(files.filter((file) => /test|(?<!\.d)\.ts$|\.map$/.test(file))).toEqual([]);
  });

  it('works on each Node of this machine without conditions or frameworks', async () => {
    const server = await service();
    const script = join(folder, 'script.js');
    await writeFile(
      script,
      `import { WhisperForge, NotAllowedError } from '@whisperforge/sdk';
       import * as fastify from '@whisperforge/sdk/fastify';
       import * as express from '@whisperforge/sdk/express';
       import * as hono from '@whisperforge/sdk/hono';
       import * as next from '@whisperforge/sdk/next';
       const client = new WhisperForge({ url: ${JSON.stringify(server.url)}, secretKey: 'sk' });
       const { allowed, plan } = await client.check('user_1', 'api_access');
       await client.enqueue({ user: 'user_1', event: 'audio_minutes', amount: 1 });
       await client.close();
       const gates = [fastify, express, hono, next].map((door) => typeof door.requireFeature);
       console.log(JSON.stringify({ allowed, plan, gates, error: NotAllowedError.name }));`,
    );
    const nodes = await nodesOnPath();
    for (const node of nodes) {
      const { stdout, stderr } = await run(node, [script], { env: {} });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({
        allowed: true,
        plan: 'business',
        gates: ['function', 'function', 'function', 'function'],
        error: 'NotAllowedError',
      });
    }
    expect(server.bodies('/v1/track/batch')).toHaveLength(nodes.length);
  });

  it('works where there is nothing but web standards', async () => {
    const server = await service();
    const fixture = fileURLToPath(import.meta.resolve('./support/edge-runtime.fixture.ts'));
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const { stdout } = await run(process.execPath, [
      ...flags,
      fixture,
      join(installed, 'dist'),
      server.url,
    ]);
    expect(JSON.parse(stdout)).toMatchObject([{ allowed: true }, 'through the gate']);
  });

  it('has types that stand on their own under the strictest settings', async () => {
    await writeFile(
      join(folder, 'core.ts'),
      `import { WhisperForge, NotAllowedError, WhisperForgeError } from '@whisperforge/sdk';
       import type { ChangePreview, Checkout, Money } from '@whisperforge/sdk';
       import { meter, meterOf, requireFeature } from '@whisperforge/sdk/next';
       const client = new WhisperForge({ url: 'https://billing.test', secretKey: 'sk' });
       export const text: Promise<string> = client
         .withReservation('user_1', 'audio_minutes', 5, async ({ signal }) => ({
           amount: '4.5', costCents: 0.3, model: 'whisper-1', result: String(signal.aborted),
         }))
         .then(({ result, balance }) => result + String(balance.remaining));
       export const reason = (error: unknown): string | undefined =>
         error instanceof NotAllowedError ? (error.upgrade ?? error.reason) : undefined;
       // @ts-expect-error what was used cannot be forgotten
       void client.withReservation('user_1', 'audio_minutes', 5, async () => ({ result: 1 }));
       const urls = { successUrl: 'https://app.test/', cancelUrl: 'https://app.test/' };
       export const pages: Promise<Checkout>[] = [
         client.checkout.create({ user: 'user_1', plan: 'pro', billingCycle: 'yearly', ...urls }),
         client.checkout.create({ user: 'user_1', pack: 'minutes_100', quantity: 2, ...urls }),
       ];
       // @ts-expect-error a plan is bought for a month or a year
       void client.checkout.create({ user: 'user_1', plan: 'pro', ...urls });
       // @ts-expect-error a pack has no seats
       void client.checkout.create({ user: 'user_1', pack: 'minutes_100', seats: 2, ...urls });
       // @ts-expect-error the customer has to come back somewhere
       void client.checkout.create({ user: 'user_1', pack: 'minutes_100' });
       export async function* totals(signal: AbortSignal): AsyncGenerator<Money> {
         for await (const { total } of client.users.invoices('user_1', { signal })) yield total;
       }
       export const upgraded = async (preview: ChangePreview): Promise<string | null> => {
         try {
           return (await client.subscriptions.change('user_1', preview)).url;
         } catch (error) {
           if (error instanceof WhisperForgeError && error.code === 'preview_stale') return null;
           throw error;
         }
       };
       const accountUrl = async (user: string, request: Request) =>
         (await client.accountLinks.create({ user, returnUrl: request.url })).url;
       const user = (request: Request) => request.headers.get('x-user');
       const plansUrl = (id: string) => 'https://app.test/plans?for=' + id;
       export const GET = requireFeature(client, 'api_access', { user, accountUrl: plansUrl })(
         (request: Request) => new Response(request.url),
       );
       export const POST = requireFeature(client, 'api_access', { user, accountUrl })(
         meter(client, 'audio_minutes', { user, amount: 5, accountUrl })(
           async (request: Request, context: { params: Promise<{ id: string }> }) => {
             meterOf(request, 'audio_minutes').report({ amount: 4 });
             return Response.json(await context.params);
           },
         ),
       );`,
    );
    expect(await compile('core.ts', { types: [], skipLibCheck: false })).toBe('');
  });

  it('has middleware types that fit the frameworks', async () => {
    for (const name of ['fastify', 'hono', '@types/node']) {
      await link(name, join(repository, 'node_modules', name));
    }
    for (const name of ['express', '@types/express']) {
      await link(name, join(sdk, 'node_modules', name));
    }
    await writeFile(
      join(folder, 'middleware.ts'),
      `import express from 'express';
       import fastify from 'fastify';
       import { Hono } from 'hono';
       import { WhisperForge } from '@whisperforge/sdk';
       import * as forExpress from '@whisperforge/sdk/express';
       import * as forFastify from '@whisperforge/sdk/fastify';
       import * as forHono from '@whisperforge/sdk/hono';
       const client = new WhisperForge({ url: 'https://billing.test', secretKey: 'sk' });
       const fastifyGate = forFastify.requireFeature(client, 'api_access', {
         user: (request) => request.headers.authorization,
       });
       fastify().post<{ Body: { id: string } }>('/', { preHandler: fastifyGate },
         async (request) => request.body.id);
       express().post('/:id', forExpress.meter(client, 'audio_minutes', {
         user: (request, response) => response.locals['user'] as string,
         amount: (request) => Number(request.get('x-minutes')),
       }), (request, response) => { response.json(request.params.id); });
       new Hono<{ Variables: { user: string } }>().get('/:id',
         forHono.requireFeature(client, 'api_access', { user: (c) => c.get('user') as string }),
         (c) => c.text(c.req.param('id')));`,
    );
    expect(await compile('middleware.ts', { types: ['node'], skipLibCheck: true })).toBe('');
  });
});

async function link(name: string, target: string): Promise<void> {
  const place = join(folder, 'node_modules', name);
  await mkdir(resolve(place, '..'), { recursive: true });
  await symlink(target, place);
}

/** What the compiler has to say, which is nothing when all is well. */
async function compile(file: string, options: Readonly<Record<string, unknown>>): Promise<string> {
  const config = join(folder, `tsconfig.${file}.json`);
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    ...options,
  };
  await writeFile(config, JSON.stringify({ compilerOptions, files: [file] }));
  const { stdout } = await run(tsc, ['-p', config]).catch((error: { stdout: string }) => error);
  return stdout;
}
