import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The Stripe sandbox in a process of its own, as its command starts it. */
export interface SandboxProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const COMMAND = fileURLToPath(new URL('../../stripe-sandbox/src/cli.ts', import.meta.url));

/** Starts it with a journal, which is what a request costs most with. */
export async function startSandboxProcess(journalFile: string): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [COMMAND, '--port', '0', '--journal', journalFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /listens on (\S+)$/.exec(line) ?? [];
    if (url === undefined) continue;
    // What it says later is nobody's, and must not fill the pipe.
    child.stdout.resume();
    return { url, pid: child.pid!, stop };
  }
  throw new Error('The Stripe sandbox has ended before it listened.');
}
