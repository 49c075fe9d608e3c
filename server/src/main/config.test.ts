import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newSigningKey } from '../domains/audit/index.ts';
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
  STRIPE_SECRET_KEY: 'sk_live_0123456789',
  STRIPE_WEBHOOK_SECRET: 'whsec_one,whsec_two',
  APP_URL: 'https://pay.example.com',
  SMTP_URL: 'smtps://user:password@mail.example.com',
  ENCRYPTION_KEY: '0123456789abcdef0123456789abcdef',
  AUDIT_SIGNING_KEY: newSigningKey(),
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
    wantsDemo: true,
    appUrl: undefined,
    allowedOrigins: [],
    stripe: {
      secretKey: 'sk_test_sandbox',
      apiBase: 'http://127.0.0.1:12111',
      wantsSandbox: true,
      webhookSecrets: [],
    },
    mail: {
      smtpUrl: undefined,
      from: 'WhisperForge <billing@localhost>',
      staffEmail: undefined,
    },
    graceDays: 7,
    reportingTimeZone: 'UTC',
    reportingCurrency: 'usd',
    staff: { firstOwner: undefined, encryptionKey: undefined, oidc: undefined },
    audit: {
      signingKey: undefined,
      checkpointFile: resolve('.data/audit/checkpoints.jsonl'),
      signingKeyFile: resolve('.data/audit/signing-key'),
      retentionDays: undefined,
    },
    trustedProxies: [],
    apiRateLimit: 10_000,
    logLevel: 'info',
  });
});

test('an empty variable is one that is not set', () => {
  expect(readConfig({ PORT: '', ROLE: ' ', DATABASE_URL: '' })).toEqual(readConfig({}));
});

test('a made-up company is for development, where it can be done without', () => {
  expect(readConfig({ DEMO: 'off' }).wantsDemo).toBe(false);
  expect(readConfig(production).wantsDemo).toBe(false);
  expect(() => readConfig({ ...production, DEMO: 'on' })).toThrow('DEMO is on');
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
    DEMO: 'off',
    ALLOWED_ORIGINS: 'https://app.example.com, https://www.example.com/',
    MAIL_FROM: 'Billing <billing@example.com>',
    STAFF_EMAIL: 'staff@example.com',
    GRACE_DAYS: '3',
    AUDIT_CHECKPOINTS: '/mnt/once/checkpoints.jsonl',
    AUDIT_RETENTION_DAYS: '3650',
    ADMIN_EMAIL: 'ada@example.com',
    ADMIN_PASSWORD: 'correct horse battery',
    OIDC_ISSUER: 'https://login.example.com',
    OIDC_CLIENT_ID: 'portal',
    OIDC_CLIENT_SECRET: 'a secret',
    OIDC_NAME: 'Example',
    TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    API_RATE_LIMIT: '50',
    LOG_LEVEL: 'debug',
    REPORTING_TIME_ZONE: 'Europe/Berlin',
    REPORTING_CURRENCY: 'EUR',
  });
  expect(config).toEqual({
    environment: 'production',
    reportingTimeZone: 'Europe/Berlin',
    reportingCurrency: 'eur',
    role: 'api',
    host: '0.0.0.0',
    port: 8080,
    dataDir: '/var/lib/whisperforge',
    databaseUrl: production.DATABASE_URL,
    databaseSchema: 'plans_2',
    apiSecretKey: production.API_SECRET_KEY,
    stripeSandboxPort: 0,
    wantsDemo: false,
    appUrl: 'https://pay.example.com',
    allowedOrigins: ['https://app.example.com', 'https://www.example.com'],
    stripe: {
      secretKey: 'sk_live_0123456789',
      apiBase: undefined,
      wantsSandbox: false,
      webhookSecrets: ['whsec_one', 'whsec_two'],
    },
    mail: {
      smtpUrl: 'smtps://user:password@mail.example.com',
      from: 'Billing <billing@example.com>',
      staffEmail: 'staff@example.com',
    },
    graceDays: 3,
    audit: {
      signingKey: production.AUDIT_SIGNING_KEY,
      checkpointFile: '/mnt/once/checkpoints.jsonl',
      signingKeyFile: '/var/lib/whisperforge/audit/signing-key',
      retentionDays: 3650,
    },
    staff: {
      firstOwner: { email: 'ada@example.com', password: 'correct horse battery' },
      encryptionKey: production.ENCRYPTION_KEY,
      oidc: {
        name: 'Example',
        issuer: 'https://login.example.com',
        clientId: 'portal',
        clientSecret: 'a secret',
      },
    },
    trustedProxies: ['10.0.0.0/8', '::1'],
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
    TRUSTED_PROXIES: '0.0.0.0/0',
    API_RATE_LIMIT: '0',
    DATABASE_URL: 'mysql://db/app',
    DATABASE_SCHEMA: 'Billing-1',
    API_SECRET_KEY: 'short',
    STRIPE_SECRET_KEY: 'pk_test_1',
    STRIPE_API_BASE: 'ftp://x',
    APP_URL: 'https://pay.example.com/path',
    ALLOWED_ORIGINS: 'example.com',
    SMTP_URL: 'http://mail',
    MAIL_FROM: 'nobody',
    STAFF_EMAIL: 'a@b\r\nBcc: c@d',
    GRACE_DAYS: '-1',
  });
  const names = faults.map((fault) => fault.slice(0, fault.indexOf(' ')));
  expect(names.toSorted(alphabetically)).toEqual([
    'ALLOWED_ORIGINS',
    'API_RATE_LIMIT',
    'API_SECRET_KEY',
    'APP_URL',
    'DATABASE_SCHEMA',
    'DATABASE_URL',
    'GRACE_DAYS',
    'LOG_LEVEL',
    'MAIL_FROM',
    'NODE_ENV',
    'PORT',
    'ROLE',
    'SMTP_URL',
    'STAFF_EMAIL',
    'STRIPE_API_BASE',
    'STRIPE_SECRET_KEY',
    'TRUSTED_PROXIES',
  ]);
});

test('a fault does not repeat a secret', () => {
  const secret = 'hunter2hunter2';
  const faults = faultsOf({ API_SECRET_KEY: secret, DATABASE_URL: `mysql://u:${secret}@db/app` });
  expect(faults).toHaveLength(2);
  expect(faults.join('')).not.toContain(secret);
});

describe('production', () => {
  test('needs a database and its secrets, and says which are missing', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      'DATABASE_URL is missing: production needs a database of its own.',
      'API_SECRET_KEY is missing: production does not invent secrets.',
      'ENCRYPTION_KEY is missing: second factors are not kept readable.',
      'AUDIT_SIGNING_KEY is missing: without it nothing proves what the audit says.',
      'STRIPE_SECRET_KEY is missing: production takes payments by Stripe.',
      'STRIPE_WEBHOOK_SECRET is missing: without it no event of Stripe can be believed.',
      'APP_URL is missing: customers are sent there, such as https://pay.example.com.',
      'SMTP_URL is missing: customers are told of failed payments by mail.',
    ]);
    expect(faultsOf(production)).toEqual([]);
  });

  test('refuses a first owner who is half named, or whose password anybody would guess', () => {
    const ADMIN_EMAIL = 'ada@example.com';
    expect(faultsOf({ ...production, ADMIN_EMAIL })).toEqual([
      'ADMIN_PASSWORD is missing: ADMIN_EMAIL names somebody who could not sign in.',
    ]);
    expect(faultsOf({ ...production, ADMIN_PASSWORD: 'correct horse battery' })).toEqual([
      'ADMIN_EMAIL is missing: ADMIN_PASSWORD is of nobody.',
    ]);
    expect(faultsOf({ ...production, ADMIN_EMAIL, ADMIN_PASSWORD: 'hunter2' })).toEqual([
      'ADMIN_PASSWORD is weak. A password has at least 12 characters.',
    ]);
    const OIDC_ISSUER = 'http://login.example.com';
    const oidc = { OIDC_ISSUER, OIDC_CLIENT_ID: 'portal' };
    expect(faultsOf({ ...production, ...oidc })).toEqual([
      'OIDC_ISSUER is no address that begins with https://.',
      'OIDC_CLIENT_SECRET is missing: OIDC_ISSUER is set.',
    ]);
  });

  test('talks to Stripe itself and to nobody else', () => {
    expect(faultsOf({ ...production, STRIPE_API_BASE: 'http://127.0.0.1:12111' })).toEqual([
      'STRIPE_API_BASE is set: production talks to Stripe itself and to nobody else.',
    ]);
    const tested = readConfig({ STRIPE_SECRET_KEY: 'sk_test_1' });
    expect(tested.stripe.apiBase).toBeUndefined();
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
