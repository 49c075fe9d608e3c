import { relative, resolve } from 'node:path';
import { styleText } from 'node:util';

export interface Summary {
  readonly url: string;
  /** Who takes the payments. */
  readonly stripe: string;
  /** Where the sandbox is, if it takes the payments; the server lives by its clock. */
  readonly sandboxUrl: string | undefined;
  readonly secretKey: string;
  /** Who signs in to the portal first, with the password that they were given then. */
  readonly owner: { readonly email: string; readonly password: string };
  /** Where the database is, and how a database client gets in if it is ours. */
  readonly database: string;
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** Whether the secret key was made here and is kept in `dataDir`. */
  readonly isKeyKept: boolean;
  readonly elapsedMs: number;
}

/** What somebody who has just started the system needs next. */
export function renderSummary(summary: Summary): string {
  const { url, secretKey, databaseUrl } = summary;
  const rows: [string, string][] = [
    ['API', `${url}/v1`],
    ['Portal', `${url}/admin`],
    ['Sign in', `${summary.owner.email} with ${summary.owner.password}`],
    ['Reference', `${url}/docs`],
    ['Health', `${url}/readyz`],
    ['Secret key', secretKey],
    ['Stripe', summary.stripe],
    ['Mails', `${url}/mailbox`],
    ['Database', summary.database],
    ...(databaseUrl === undefined ? [] : [['', databaseUrl] as [string, string]]),
  ];
  const seconds = (summary.elapsedMs / 1000).toFixed(1);
  return [
    '',
    `${bold('WhisperForge Subscriptions')} runs for development ${dim(`(ready in ${seconds} s)`)}`,
    '',
    ...rows.map(([name, value]) => `  ${dim(name.padEnd(10))}  ${value}`),
    '',
    'Try it: make a user known, then ask whether they may process five minutes of audio.',
    '',
    ...curl({ method: 'PUT', url: `${url}/v1/users/user-1`, secretKey, body: USER }),
    '',
    ...curl({ method: 'POST', url: `${url}/v1/check`, secretKey, body: CHECK }),
    '',
    'Or let an app use up the minutes of the free plan, with the SDK (examples/transcribe):',
    '',
    `  ${exampleCommand(summary)}`,
    '',
    ...clockHint(summary.sandboxUrl),
    dim(`Ctrl-C stops it; what it made stays in ${describeFolder(summary.dataDir)}.`),
    '',
  ].join('\n');
}

/** A renewal, a failed payment and what follows are a month away, and nobody waits for a month. */
function clockHint(sandboxUrl: string | undefined): string[] {
  if (sandboxUrl === undefined) return [];
  return [
    'To see renewals, move the clock of the sandbox, by which the server lives, by 32 days:',
    '',
    `  curl -X POST ${sandboxUrl}/_sandbox/clock -d advance_by=2764800`,
    '',
  ];
}

const USUAL_URL = 'http://127.0.0.1:3000';
const USUAL_DATA_DIR = resolve('.data');

/** The example finds by itself a system that is where it usually is. */
function exampleCommand({ url, secretKey, dataDir, isKeyKept }: Summary): string {
  const findsKey = isKeyKept && dataDir === USUAL_DATA_DIR;
  const settings = [
    ...(url === USUAL_URL ? [] : [`WHISPERFORGE_URL=${url}`]),
    ...(findsKey ? [] : [`WHISPERFORGE_KEY=${secretKey}`]),
  ];
  return [...settings, 'npm start -s -w examples/transcribe'].join(' ');
}

const USER = { email: 'user-1@example.com' };
const CHECK = { user: 'user-1', feature: 'audio_minutes', amount: 5 };

function curl(call: { method: string; url: string; secretKey: string; body: object }): string[] {
  return [
    `  curl -X ${call.method} ${call.url} \\`,
    `    -H 'Authorization: Bearer ${call.secretKey}' \\`,
    `    -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify(call.body)}'`,
  ];
}

/** As somebody in the current folder would name it. */
export function describeFolder(folder: string): string {
  const path = relative(process.cwd(), folder);
  return path === '' || path.startsWith('..') ? folder : path;
}

function bold(text: string): string {
  return styleText('bold', text);
}

function dim(text: string): string {
  return styleText('dim', text);
}
