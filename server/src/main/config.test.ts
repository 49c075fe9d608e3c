import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, readConfig, type Variables } from './config.ts';

function faultsOf(env: Variables): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault;
    for (const line of fault.faults) expect(fault.message).toContain(line);
    return fault.faults;
  }
}

const alphabetically = (a: string, b: string): number => (a < b ? -1 : 1);

const production = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://user:password@db/app',
  API_SECRET_KEY: 'wf_live_0123456789abcdef0123456789',
};

test('with nothing set, everything has its default', () => {
  expect(readConfig({})).toEqual({
    environment: 'development',
    role: 'all',
    host: '127.0.0.1',
    port: 3000,
    dataDir: resolve('.data'),
    databaseUrl: undefined,
    databaseSchema: 'billing',
    apiSecretKey: undefined,
    stripeSandboxPort: 12_111,
    apiRateLimit: 10_000,
    logLevel: 'info',
  });
});

test('an empty variable is one that is not set', () => {
  expect(readConfig({ PORT: '', ROLE: ' ', DATABASE_URL: '' })).toEqual(readConfig({}));
});

test('every variable is read', () => {
  const config = readConfig({
    ...production,
    ROLE: 'api',
    HOST: '0.0.0.0',
    PORT: '8080',
    DATA_DIR: '/var/lib/whisperforge',
    DATABASE_SCHEMA: 'plans_2',
    STRIPE_SANDBOX_PORT: '0',
    API_RATE_LIMIT: '50',
    LOG_LEVEL: 'debug',
  });
  expect(config).toEqual({
    environment: 'production',
    role: 'api',
    host: '0.0.0.0',
    port: 8080,
    dataDir: '/var/lib/whisperforge',
    databaseUrl: production.DATABASE_URL,
    databaseSchema: 'plans_2',
    apiSecretKey: production.API_SECRET_KEY,
    stripeSandboxPort: 0,
    apiRateLimit: 50,
    logLevel: 'debug',
  });
});

test('all faults are named at once', () => {
  const faults = faultsOf({
    NODE_ENV: 'staging',
    ROLE: 'cron',
    PORT: '70000',
    LOG_LEVEL: 'loud',
    API_RATE_LIMIT: '0',
    DATABASE_URL: 'mysql://db/app',
    DATABASE_SCHEMA: 'Billing-1',
    API_SECRET_KEY: 'short',
  });
  const names = faults.map((fault) => fault.slice(0, fault.indexOf(' ')));
  expect(names.toSorted(alphabetically)).toEqual([
    'API_RATE_LIMIT',
    'API_SECRET_KEY',
    'DATABASE_SCHEMA',
    'DATABASE_URL',
    'LOG_LEVEL',
    'NODE_ENV',
    'PORT',
    'ROLE',
  ]);
});

test('a fault does not repeat a secret', () => {
  const secret = 'hunter2hunter2';
  const faults = faultsOf({ API_SECRET_KEY: secret, DATABASE_URL: `mysql://u:${secret}@db/app` });
  expect(faults).toHaveLength(2);
  expect(faults.join('')).not.toContain(secret);
});

describe('production', () => {
  test('needs a database and a secret key, and says which is missing', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      'DATABASE_URL is missing: production needs a database of its own.',
      'API_SECRET_KEY is missing: production does not invent secrets.',
    ]);
    expect(faultsOf(production)).toEqual([]);
  });

  test.each(['0.0.0.0', '::', '10.1.2.3', 'example.com'])('alone may bind %s', (host) => {
    expect(faultsOf({ HOST: host })).toEqual([
      `HOST is ${host}: only with NODE_ENV=production may anything but loopback be bound.`,
    ]);
    expect(faultsOf({ ...production, HOST: host })).toEqual([]);
  });

  test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('is not needed for %s', (host) => {
    expect(faultsOf({ HOST: host })).toEqual([]);
  });
});

describe('secrets in files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'whisperforge-config-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  test('are read without the line break at the end', () => {
    const config = readConfig({
      API_SECRET_KEY_FILE: write('key', `${production.API_SECRET_KEY}\n`),
      DATABASE_URL_FILE: write('url', `${production.DATABASE_URL}\n`),
    });
    expect(config.apiSecretKey).toBe(production.API_SECRET_KEY);
    expect(config.databaseUrl).toBe(production.DATABASE_URL);
  });

  test('are refused when they are missing, empty or given twice', () => {
    expect(
      faultsOf({
        API_SECRET_KEY_FILE: join(folder, 'nowhere'),
        DATABASE_URL: production.DATABASE_URL,
        DATABASE_URL_FILE: write('twice', production.DATABASE_URL),
      }),
    ).toEqual([
      'DATABASE_URL and DATABASE_URL_FILE are both set: only one of them may be.',
      'API_SECRET_KEY_FILE names a file that cannot be read (ENOENT).',
    ]);
    expect(faultsOf({ API_SECRET_KEY_FILE: write('empty', '\n') })).toEqual([
      'API_SECRET_KEY_FILE names an empty file.',
    ]);
  });
});

test('the example lists every variable, and nothing that is not read', async () => {
  const { readFile } = await import('node:fs/promises');
  const example = await readFile(new URL('../../../.env.example', import.meta.url), 'utf8');
  const listed = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map((match) => match[1]!);
  const read = new Set<string>();
  const recorder = new Proxy<Record<string, undefined>>(
    {},
    {
      get(_target, name) {
        read.add(String(name));
        return undefined;
      },
    },
  );
  readConfig(recorder);
  const variables = [...read].filter((name) => !name.endsWith('_FILE'));
  expect(listed.toSorted(alphabetically)).toEqual(variables.toSorted(alphabetically));
});
