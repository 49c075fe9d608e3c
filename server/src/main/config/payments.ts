import type { Environment, Reader } from './reader.ts';

export interface StripeConfig {
  readonly secretKey: string;
  /** Undefined for Stripe's own; the sandbox's where nothing is said outside production. */
  readonly apiBase: string | undefined;
  /** Whether `npm start` is to bring the sandbox up, since nothing was said of another Stripe. */
  readonly wantsSandbox: boolean;
  /** Several are good at once while one takes the place of another. */
  readonly webhookSecrets: readonly string[];
}

export interface MailConfig {
  /** Undefined where mails are shown on a page instead of being sent; never so in production. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
  /** Who is told of what needs a person; nobody where nothing is said. */
  readonly staffEmail: string | undefined;
}

/** Where money and mails go, and where customers are sent. */
export interface PaymentsConfig {
  /** Where browsers reach this server; undefined where it is where it listens. */
  readonly appUrl: string | undefined;
  /** Where redirects may go, besides `appUrl`; outside production to this machine too. */
  readonly allowedOrigins: readonly string[];
  readonly stripe: StripeConfig;
  readonly mail: MailConfig;
  /** How long access is kept after a payment failed. */
  readonly graceDays: number;
}

interface Reading {
  readonly environment: Environment;
  readonly faults: string[];
}

const SANDBOX_KEY = 'sk_test_sandbox';

export function readPayments(read: Reader, { environment, faults }: Reading): PaymentsConfig {
  const secretKey = read.secret('STRIPE_SECRET_KEY');
  if (secretKey !== undefined && !/^(sk|rk)_(test|live)_[!-~]+$/.test(secretKey)) {
    faults.push('STRIPE_SECRET_KEY is no secret key of Stripe, such as sk_test_… or sk_live_….');
  }
  const saidBase = readUrl(read, {
    name: 'STRIPE_API_BASE',
    protocols: ['http:', 'https:'],
    faults,
  });
  const wantsSandbox =
    environment !== 'production' && secretKey === undefined && saidBase === undefined;
  const sandboxBase = `http://127.0.0.1:${read.text('STRIPE_SANDBOX_PORT') ?? '12111'}`;
  const mail: MailConfig = {
    smtpUrl: readUrl(read, { name: 'SMTP_URL', protocols: ['smtp:', 'smtps:'], faults }),
    from: readAddress(read, 'MAIL_FROM', faults) ?? 'WhisperForge <billing@localhost>',
    staffEmail: readAddress(read, 'STAFF_EMAIL', faults),
  };
  return {
    appUrl: readOrigin(read, faults),
    allowedOrigins: readOrigins(read, faults),
    stripe: {
      secretKey: secretKey ?? SANDBOX_KEY,
      apiBase: wantsSandbox ? sandboxBase : saidBase,
      wantsSandbox,
      webhookSecrets: readList(read.secret('STRIPE_WEBHOOK_SECRET')),
    },
    mail,
    graceDays: read.integer('GRACE_DAYS', { least: 0, most: 90, fallback: 7 }),
  };
}

interface Refusing {
  readonly faults: string[];
  /** Whether a fault of this variable is on the list already. */
  readonly told: (name: string) => boolean;
}

export function refuseUnsafePayments(config: PaymentsConfig, { faults, told }: Refusing): void {
  const missing = (name: string, isMissing: boolean, why: string): void => {
    if (isMissing && !told(name)) faults.push(`${name} is missing: ${why}.`);
  };
  const { stripe, mail, appUrl } = config;
  missing(
    'STRIPE_SECRET_KEY',
    stripe.secretKey === SANDBOX_KEY,
    'production takes payments by Stripe',
  );
  missing(
    'STRIPE_WEBHOOK_SECRET',
    stripe.webhookSecrets.length === 0,
    'without it no event of Stripe can be believed',
  );
  if (stripe.apiBase !== undefined) {
    faults.push('STRIPE_API_BASE is set: production talks to Stripe itself and to nobody else.');
  }
  missing(
    'APP_URL',
    appUrl === undefined,
    'customers are sent there, such as https://pay.example.com',
  );
  missing('SMTP_URL', mail.smtpUrl === undefined, 'customers are told of failed payments by mail');
}

function readUrl(
  read: Reader,
  { name, protocols, faults }: { name: string; protocols: readonly string[]; faults: string[] },
): string | undefined {
  const text = read.secret(name);
  if (text === undefined) return undefined;
  if (!protocols.includes(URL.parse(text)?.protocol ?? '')) {
    faults.push(`${name} is not a URL that begins with ${protocols.join('// or ')}//.`);
  }
  return text;
}

function readOrigin(read: Reader, faults: string[]): string | undefined {
  const text = read.text('APP_URL');
  if (text === undefined) return undefined;
  const origin = originOf(text);
  if (origin === undefined) {
    faults.push('APP_URL is not an address without a path, such as https://pay.example.com.');
  }
  return origin;
}

function readOrigins(read: Reader, faults: string[]): string[] {
  return readList(read.text('ALLOWED_ORIGINS')).map((text) => {
    const origin = originOf(text);
    if (origin === undefined) {
      faults.push(`ALLOWED_ORIGINS names ${text}, which is no origin such as https://example.com.`);
    }
    return origin ?? text;
  });
}

function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  return url.pathname === '/' && url.search === '' ? url.origin : undefined;
}

function readAddress(read: Reader, name: string, faults: string[]): string | undefined {
  const text = read.text(name);
  if (text !== undefined && !/^([^<>@\r\n]+ <)?[^<>@\s]+@[^<>@\s]+>?$/.test(text)) {
    faults.push(`${name} is no mail address, such as billing@example.com.`);
  }
  return text;
}

function readList(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
