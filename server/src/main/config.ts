import { resolve } from 'node:path';
import { isTimeZone, UTC } from '@whisperforge/kernel/period';
import { readAudit, type AuditConfig } from './config/audit.ts';
import { readPayments, refuseUnsafePayments, type PaymentsConfig } from './config/payments.ts';
import { readTrustedProxies } from './config/proxies.ts';
import { reader, type Environment, type Reader, type Variables } from './config/reader.ts';
import { readStaff, type StaffConfig } from './config/staff.ts';

export type { Environment, Variables } from './config/reader.ts';

/** `api` answers requests, `worker` does what falls due, `all` does both. */
export type Role = 'all' | 'api' | 'worker';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** What the environment says, parsed and checked once. */
export interface Config extends PaymentsConfig {
  readonly environment: Environment;
  readonly role: Role;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where the embedded Postgres and what development creates are kept; absolute. */
  readonly dataDir: string;
  /** Undefined where `npm start` is to bring up its own Postgres; never so in production. */
  readonly databaseUrl: string | undefined;
  readonly databaseSchema: string;
  /** The first secret key; undefined where development is to create one. */
  readonly apiSecretKey: string | undefined;
  /** Where `npm start` lets the Stripe sandbox listen outside production; 0 takes any free port. */
  readonly stripeSandboxPort: number;
  /** Whether `npm start` fills a new system with a made-up company; never so in production. */
  readonly wantsDemo: boolean;
  readonly staff: StaffConfig;
  readonly audit: AuditConfig;
  /** Whose days and months figures are counted in, such as `Europe/Berlin`. */
  readonly reportingTimeZone: string;
  /** What figures of several currencies are reported in. */
  readonly reportingCurrency: string;
  /** Addresses and networks whose word counts on where a request came from. */
  readonly trustedProxies: readonly string[];
  /** Requests a second that one secret key may make of one process. */
  readonly apiRateLimit: number;
  readonly logLevel: LogLevel;
}

/** All faults of a configuration at once, each a sentence that names its variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** Reads the environment; throws `ConfigError` with every fault in it. */
export function readConfig(env: Variables): Config {
  const faults: string[] = [];
  const read = reader(env, faults);
  const environment = read.oneOf('NODE_ENV', ['development', 'production', 'test']);
  const config: Config = {
    environment,
    role: read.oneOf('ROLE', ['all', 'api', 'worker']),
    host: read.text('HOST') ?? '127.0.0.1',
    port: read.integer('PORT', { least: 0, most: 65_535, fallback: 3_000 }),
    dataDir: resolve(read.text('DATA_DIR') ?? '.data'),
    databaseUrl: readDatabaseUrl(read, faults),
    databaseSchema: readSchema(read, faults),
    apiSecretKey: readSecretKey(read, faults),
    stripeSandboxPort: read.integer('STRIPE_SANDBOX_PORT', {
      least: 0,
      most: 65_535,
      fallback: 12_111,
    }),
    wantsDemo: readDemo(read, { environment, faults }),
    ...readPayments(read, { environment, faults }),
    ...readStaff(read, { environment, faults }),
    ...readAudit(read, { environment, faults }),
    reportingTimeZone: readTimeZone(read, faults),
    reportingCurrency: readCurrency(read, faults),
    trustedProxies: readTrustedProxies(read, faults),
    apiRateLimit: read.integer('API_RATE_LIMIT', { least: 1, most: 1_000_000, fallback: 10_000 }),
    logLevel: read.oneOf('LOG_LEVEL', [
      'info',
      'trace',
      'debug',
      'warn',
      'error',
      'fatal',
      'silent',
    ]),
  };
  refuseUnsafe(config, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

/** What is convenient on a developer's machine and dangerous anywhere else. */
function refuseUnsafe(config: Config, faults: string[]): void {
  const told = (name: string): boolean => faults.some((fault) => fault.startsWith(name));
  if (config.environment === 'production') {
    if (config.databaseUrl === undefined && !told('DATABASE_URL')) {
      faults.push('DATABASE_URL is missing: production needs a database of its own.');
    }
    if (config.apiSecretKey === undefined && !told('API_SECRET_KEY')) {
      faults.push('API_SECRET_KEY is missing: production does not invent secrets.');
    }
    if (config.staff.encryptionKey === undefined && !told('ENCRYPTION_KEY')) {
      faults.push('ENCRYPTION_KEY is missing: second factors are not kept readable.');
    }
    if (config.audit.signingKey === undefined && !told('AUDIT_SIGNING_KEY')) {
      faults.push('AUDIT_SIGNING_KEY is missing: without it nothing proves what the audit says.');
    }
    refuseUnsafePayments(config, { faults, told });
  } else if (!isLoopback(config.host)) {
    faults.push(
      `HOST is ${config.host}: only with NODE_ENV=production may anything but loopback be bound.`,
    );
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function readDemo(
  read: Reader,
  { environment, faults }: { readonly environment: Environment; readonly faults: string[] },
): boolean {
  const isProduction = environment === 'production';
  const said = read.oneOf('DEMO', isProduction ? ['off', 'on'] : ['on', 'off']);
  if (said === 'off') return false;
  if (isProduction) faults.push('DEMO is on: production has customers of its own.');
  return true;
}

function readTimeZone(read: Reader, faults: string[]): string {
  const name = read.text('REPORTING_TIME_ZONE') ?? UTC;
  if (isTimeZone(name)) return name;
  faults.push(`REPORTING_TIME_ZONE is ${name}: it must be a zone such as Europe/Berlin.`);
  return UTC;
}

function readCurrency(read: Reader, faults: string[]): string {
  const code = (read.text('REPORTING_CURRENCY') ?? 'usd').toLowerCase();
  if (/^[a-z]{3}$/.test(code)) return code;
  faults.push(`REPORTING_CURRENCY is ${code}: it must be three letters such as usd.`);
  return 'usd';
}

function readDatabaseUrl(read: Reader, faults: string[]): string | undefined {
  const text = read.secret('DATABASE_URL');
  if (text === undefined) return undefined;
  const protocol = URL.parse(text)?.protocol;
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    faults.push('DATABASE_URL is not a URL such as postgres://user:password@host:5432/database.');
  }
  return text;
}

function readSchema(read: Reader, faults: string[]): string {
  const schema = read.text('DATABASE_SCHEMA') ?? 'billing';
  // The worker's schema carries its name with a suffix, and Postgres cuts names at 63 characters.
  if (!/^[a-z_][a-z0-9_]{0,50}$/.test(schema) || schema.startsWith('pg_')) {
    faults.push('DATABASE_SCHEMA is not a name of lower-case letters, digits and underscores.');
  }
  return schema;
}

function readSecretKey(read: Reader, faults: string[]): string | undefined {
  const key = read.secret('API_SECRET_KEY');
  if (key !== undefined && !/^[!-~]{24,255}$/.test(key)) {
    faults.push('API_SECRET_KEY needs 24 to 255 visible ASCII characters without spaces.');
  }
  return key;
}
