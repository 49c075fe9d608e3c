import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomText } from '@whisperforge/kernel/ids';
import { WEBHOOK_SECRET } from '../load/webhook.ts';
import type { FromServer, ToServer } from './messages.ts';

export interface ServerProcess {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  readonly secretKey: string;
  /** What it has used since its start. */
  cpuMs(): Promise<number>;
  startProfile(): Promise<void>;
  stopProfile(file: string): Promise<void>;
  stop(): Promise<void>;
}

export interface StartServerOptions {
  readonly databaseUrl: string;
  /** Where its log goes, of which nothing is expected. */
  readonly logFile: string;
  /** Other variables than those by which everything else is measured. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the server in a process of its own, with the flags that `npm start` gives it. */
export async function startServer(options: StartServerOptions): Promise<ServerProcess> {
  const secretKey = `wf_test_${randomText(40)}`;
  const log = openSync(options.logFile, 'a');
  const child = fork(new URL('./main.ts', import.meta.url), {
    execArgv: ['--conditions=@whisperforge/source', '--max-semi-space-size=64'],
    stdio: ['ignore', log, log, 'ipc'],
    // Nothing of the caller's: what they have set for themselves is not what is measured.
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: '0',
      ROLE: 'api',
      LOG_LEVEL: 'warn',
      DATABASE_URL: options.databaseUrl,
      DATA_DIR: join(dirname(options.logFile), 'data'),
      API_SECRET_KEY: secretKey,
      API_RATE_LIMIT: '1000000',
      STRIPE_SECRET_KEY: 'sk_test_bench',
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      ...options.env,
    },
  });
  closeSync(log);
  const exited = once(child, 'exit');
  const { url } = await reply(child, 'serving');
  const { hostname: host, port } = new URL(url);
  const ask = <K extends FromServer['kind']>(message: ToServer, kind: K): Promise<Told<K>> => {
    child.send(message);
    return reply(child, kind);
  };
  return {
    pid: child.pid ?? 0,
    host,
    port: Number(port),
    secretKey,
    cpuMs: async () => (await ask({ kind: 'usage' }, 'usage')).cpuMs,
    startProfile: async () => void (await ask({ kind: 'start_profile' }, 'profiling')),
    stopProfile: async (file) => void (await ask({ kind: 'stop_profile', file }, 'profiled')),
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

type Told<K extends FromServer['kind']> = Extract<FromServer, { readonly kind: K }>;

function reply<K extends FromServer['kind']>(child: ChildProcess, kind: K): Promise<Told<K>> {
  const { promise, resolve, reject } = Promise.withResolvers<Told<K>>();
  const onMessage = (message: unknown): void => {
    const said = message as FromServer;
    if (said.kind === kind) resolve(said as Told<K>);
  };
  const onExit = (): void => reject(new Error('The server has ended.'));
  child.on('message', onMessage);
  child.once('exit', onExit);
  return promise.finally(() => {
    child.off('message', onMessage);
    child.off('exit', onExit);
  });
}
