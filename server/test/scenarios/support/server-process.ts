import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../../../../tools/vitest/bare-environment.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const PROGRAM = 'server/src/main/serve.ts';
const LEASH = new URL('leash.ts', import.meta.url).href;

export interface ServerOptions {
  readonly databaseUrl: string;
  readonly secretKey: string;
  readonly role?: 'api' | 'all';
  /** Another program than the server's own, such as one with a clock that is set. */
  readonly program?: string;
  /** Further variables. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server in a process of its own, as an operator runs it. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Its address, once it serves; rejects when it ends before. */
  readonly serving: Promise<string>;
  readonly ended: Promise<Ending>;
  readonly isRunning: boolean;
  /** The newest lines of its log. */
  readonly log: readonly string[];
  /** Lines that tell of a bug: faults that were not foreseen. */
  readonly bugs: readonly string[];
  signal(signal: NodeJS.Signals): void;
}

/** Starts a process; it is killed, if it still runs, when it is disposed of. */
export function spawnServer(options: ServerOptions): ServerProcess {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@whisperforge/source',
      '--max-semi-space-size=64',
      `--import=${LEASH}`,
      options.program ?? PROGRAM,
    ],
    { cwd: ROOT, env: environmentOf(options), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const ended = once(child, 'exit').then(() => endingOf(child));
  const watched = watchLog(child);
  const serving = Promise.race([watched.serving, ended.then(() => refuse(watched.log))]);
  // Whoever kills it before it serves does not wait for it.
  serving.catch(() => undefined);
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    serving,
    ended,
    get isRunning() {
      return isRunning();
    },
    log: watched.log,
    bugs: watched.bugs,
    signal: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (isRunning()) child.kill('SIGKILL');
      await ended;
    },
  };
}

function endingOf({ exitCode, signalCode }: ChildProcess): Ending {
  return { code: exitCode, signal: signalCode };
}

/** Nothing of the caller's environment but what programs need: a scenario says what it sets. */
function environmentOf(options: ServerOptions): NodeJS.ProcessEnv {
  return {
    ...bareEnvironment(),
    NODE_ENV: 'test',
    PORT: '0',
    LOG_LEVEL: 'info',
    ROLE: options.role ?? 'api',
    DATABASE_URL: options.databaseUrl,
    API_SECRET_KEY: options.secretKey,
    API_RATE_LIMIT: '1000000',
    ...options.env,
  };
}

const MOST_LINES = 200;

function watchLog(child: ChildProcess): {
  readonly serving: Promise<string>;
  readonly log: string[];
  readonly bugs: string[];
} {
  const log: string[] = [];
  const bugs: string[] = [];
  const serving = Promise.withResolvers<string>();
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface(stream).on('line', (line) => {
      log.push(line);
      if (log.length > MOST_LINES) log.shift();
      if (/"level":"fatal"|"code":"internal_error"/.test(line)) bugs.push(line);
      const url = /"url":"([^"]+)".*"message":"serving"/.exec(line)?.[1];
      if (url !== undefined) serving.resolve(url);
    });
  }
  return { serving: serving.promise, log, bugs };
}

function refuse(log: readonly string[]): never {
  throw new Error(`The server ended before it served:\n${log.join('\n')}`);
}
