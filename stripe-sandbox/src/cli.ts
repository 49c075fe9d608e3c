#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startSandbox, USUAL_PORT, type Sandbox, type SandboxOptions } from './sandbox.ts';

const HELP = `stripe-sandbox: a stateful, Stripe-compatible server for development and tests

Usage: stripe-sandbox [options]

  --port NUMBER        where to listen (${USUAL_PORT}; 0 takes any that is free)
  --host HOST          on which address (127.0.0.1)
  --journal FILE       keep everything in a file, and begin with what is in it
  --seed TEXT          what ids are drawn from (sandbox)
  --forward-to URL     send events there, and print the secret that they are signed with
  --events A,B         only these events (all)
  --api-version TEXT   the version that events and answers name
  --help               show this
  --version            show the version of the sandbox

Point the SDK at it: new Stripe('sk_test_123', {host: '127.0.0.1', port, protocol: 'http'})
`;

const EXIT_FAILED = 1;
const EXIT_MISUSED = 2;

/** What was asked for wrongly; the text is for whoever typed it. */
class Misuse extends Error {}

interface Wanted {
  readonly options: SandboxOptions;
  readonly forwardTo: { readonly url: string; readonly types: readonly string[] } | undefined;
}

const flags = {
  'port': { type: 'string' },
  'host': { type: 'string' },
  'journal': { type: 'string' },
  'seed': { type: 'string' },
  'forward-to': { type: 'string' },
  'events': { type: 'string' },
  'api-version': { type: 'string' },
  'help': { type: 'boolean', short: 'h' },
  'version': { type: 'boolean', short: 'v' },
} as const;

type Values = ReturnType<typeof parseArgs<{ readonly options: typeof flags }>>['values'];

function readArguments(): Values {
  try {
    return parseArgs({ options: flags }).values;
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

function wantedBy(values: Values): Wanted {
  const { port, host, journal, seed, events, 'api-version': apiVersion } = values;
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new Misuse(`--port is a number from 0 to 65535, not '${port}'`);
  }
  const url = values['forward-to'];
  if (events !== undefined && url === undefined) throw new Misuse('--events needs --forward-to');
  const types = events?.split(',').filter((type) => type !== '') ?? ['*'];
  return {
    options: {
      ...(port === undefined ? {} : { port: Number(port) }),
      ...(host === undefined ? {} : { host }),
      ...(journal === undefined ? {} : { journalFile: journal }),
      ...(seed === undefined ? {} : { seed }),
      ...(apiVersion === undefined ? {} : { apiVersion }),
    },
    forwardTo: url === undefined ? undefined : { url: addressOf(url), types },
  };
}

/** `localhost:3000/webhooks` is as good as with `http://` before it. */
function addressOf(url: string): string {
  const address = url.includes('://') ? url : `http://${url}`;
  const protocol = URL.parse(address)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return address;
  throw new Misuse(`--forward-to is an address such as http://localhost:3000/webhooks`);
}

function versionOfPackage(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function summaryOf(sandbox: Sandbox, { options, forwardTo }: Wanted): string {
  const lines = [
    `The Stripe sandbox listens on ${sandbox.url}`,
    options.journalFile === undefined
      ? '  It keeps everything in memory only; --journal FILE keeps it over a restart.'
      : `  It keeps everything in ${options.journalFile}`,
  ];
  if (forwardTo !== undefined) {
    const secret = sandbox.forwardTo(forwardTo.url, forwardTo.types);
    lines.push(`  Events go to ${forwardTo.url}, signed with ${secret}`);
  }
  lines.push(`  Controls: ${sandbox.url}/_sandbox/state`, '  Ctrl-C ends it.');
  return `${lines.join('\n')}\n`;
}

/** Ends cleanly when it is asked to; what was answered is in the journal anyway. */
function endOnSignals(sandbox: Sandbox): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void sandbox.close().then(() => process.exit(0));
    });
  }
}

function reasonOf(error: unknown, { options }: Wanted): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const port = options.port ?? USUAL_PORT;
  if (code === 'EADDRINUSE') return `port ${port} is taken; choose another with --port`;
  if (code === 'EACCES') return `port ${port} may not be used here; choose another with --port`;
  return message;
}

async function main(): Promise<void> {
  const values = readArguments();
  if (values.help === true) process.stdout.write(HELP);
  else if (values.version === true) process.stdout.write(`${versionOfPackage()}\n`);
  else {
    const wanted = wantedBy(values);
    let sandbox: Sandbox;
    try {
      sandbox = await startSandbox(wanted.options);
    } catch (error) {
      process.stderr.write(`stripe-sandbox: ${reasonOf(error, wanted)}\n`);
      process.exitCode = EXIT_FAILED;
      return;
    }
    endOnSignals(sandbox);
    process.stdout.write(summaryOf(sandbox, wanted));
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Misuse)) throw error;
  process.stderr.write(`stripe-sandbox: ${error.message}\nSee stripe-sandbox --help.\n`);
  process.exitCode = EXIT_MISUSED;
}
