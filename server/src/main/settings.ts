import type { Setting } from '../domains/operations/index.ts';
import { ConfigError, readConfig, type Variables } from './config.ts';

interface KnownSetting {
  readonly meaning: string;
  readonly isSecret?: boolean;
  readonly fallback?: string;
}

const secret = (meaning: string): KnownSetting => ({ meaning, isSecret: true });

/** Every variable that is read, in the words that staff are shown. */
export const SETTINGS: Readonly<Record<string, KnownSetting>> = {
  NODE_ENV: { meaning: 'What the process is for.', fallback: 'development' },
  ROLE: { meaning: 'What this process does: all, api or worker.', fallback: 'all' },
  HOST: { meaning: 'Where it listens.', fallback: '127.0.0.1' },
  PORT: { meaning: 'On which port.', fallback: '3000' },
  DATA_DIR: { meaning: 'Where development keeps what it makes.', fallback: '.data' },
  DATABASE_URL: secret('The Postgres that everything is kept in.'),
  DATABASE_SCHEMA: { meaning: 'The schema that holds all tables.', fallback: 'billing' },
  API_SECRET_KEY: secret('The first secret key of the API.'),
  ADMIN_EMAIL: { meaning: 'Who is the owner where there is none yet.' },
  ADMIN_PASSWORD: secret('What the first owner signs in with.'),
  ENCRYPTION_KEY: secret('What second factors are encrypted with.'),
  OIDC_ISSUER: { meaning: 'Another system that vouches for members of staff.' },
  OIDC_CLIENT_ID: { meaning: 'What that system knows the portal as.' },
  OIDC_CLIENT_SECRET: secret('How the portal proves itself to that system.'),
  OIDC_NAME: { meaning: 'What its button is called.', fallback: 'Single sign-on' },
  AUDIT_SIGNING_KEY: secret('What signs the checkpoints of the audit trail.'),
  AUDIT_CHECKPOINTS: { meaning: 'The file that checkpoints are appended to.' },
  AUDIT_RETENTION_DAYS: {
    meaning: 'After how many days entries of the audit trail are given up; 0 keeps them.',
    fallback: '0',
  },
  APP_URL: { meaning: 'Where browsers reach this server.' },
  ALLOWED_ORIGINS: { meaning: 'Where redirects may lead besides.' },
  STRIPE_SECRET_KEY: secret("Stripe's secret key."),
  STRIPE_WEBHOOK_SECRET: secret('What Stripe signs events with.'),
  STRIPE_API_BASE: secret("Another address than Stripe's own; never in production."),
  GRACE_DAYS: { meaning: 'Days of access after a payment has failed.', fallback: '7' },
  REPORTING_TIME_ZONE: { meaning: 'Whose days figures are counted in.', fallback: 'UTC' },
  REPORTING_CURRENCY: { meaning: 'What figures are reported in.', fallback: 'usd' },
  SMTP_URL: secret('Where mails are handed in.'),
  MAIL_FROM: { meaning: 'Whom mails are from.', fallback: 'WhisperForge <billing@localhost>' },
  STAFF_EMAIL: { meaning: 'Who is told when a person is needed.' },
  STRIPE_SANDBOX_PORT: { meaning: 'Where the sandbox listens.', fallback: '12111' },
  DEMO: { meaning: 'Whether a new system is filled with a made-up company: on or off.' },
  TRUSTED_PROXIES: {
    meaning: 'Whose word counts on where a request came from.',
  },
  API_RATE_LIMIT: { meaning: 'Requests a second of one secret key.', fallback: '10000' },
  LOG_LEVEL: { meaning: 'What is logged.', fallback: 'info' },
};

/** What is said of every variable, and what would be refused by a process that started now. */
export function readSettings(variables: Variables): Setting[] {
  const faults = faultsOf(variables);
  return Object.entries(SETTINGS).map(([name, { meaning, isSecret = false, fallback = null }]) => {
    const said = variables[name]?.trim() ?? '';
    const shown = said === '' ? fallback : said;
    return {
      name,
      meaning,
      isSecret,
      value: isSecret ? null : shown,
      source: sourceOf({ said, file: isSecret ? variables[`${name}_FILE`] : undefined }),
      faults: faults.filter((fault) => isAbout(fault, name)),
    };
  });
}

function sourceOf(of: { readonly said: string; readonly file: string | undefined }) {
  if (of.said !== '') return 'environment';
  return (of.file ?? '').trim() === '' ? 'default' : 'file';
}

/** A fault begins with the name of its variable, or of the file of its secret. */
function isAbout(fault: string, name: string): boolean {
  return fault.startsWith(`${name} `) || fault.startsWith(`${name}_FILE `);
}

function faultsOf(variables: Variables): readonly string[] {
  try {
    readConfig(variables);
    return [];
  } catch (fault) {
    if (fault instanceof ConfigError) return fault.faults;
    throw fault;
  }
}
