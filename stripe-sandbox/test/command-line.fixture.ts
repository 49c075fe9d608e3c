import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface CommandLine {
  /** Runs `stripe` with arguments; what it says, and whether it was content. */
  run(...args: readonly string[]): Promise<Said>;
  close(): void;
}

export interface Said {
  readonly isOk: boolean;
  readonly output: string;
}

const LONGEST_MS = 40_000;

/**
 * Stripe's own command line, with a home of its own. Everything that it asks of Stripe goes to the
 * sandbox at a port: also what it sends to other hosts than the one that can be named, such as the
 * stream of meter events. The way is the socket that it takes for all connections when told so.
 */
export async function openCommandLine(port: number): Promise<CommandLine> {
  const home = mkdtempSync(join(tmpdir(), 'stripe-cli-'));
  const socket = join(home, 'stripe.sock');
  const relay = createServer((incoming) => {
    const outgoing = connect(port, '127.0.0.1');
    incoming.pipe(outgoing).pipe(incoming);
    for (const end of [incoming, outgoing]) {
      end.on('error', () => {
        incoming.destroy();
        outgoing.destroy();
      });
    }
  });
  relay.listen(socket);
  await once(relay, 'listening');
  const env = { HOME: home, STRIPE_CLI_UNIX_SOCKET: socket, STRIPE_CLI_TELEMETRY_OPTOUT: '1' };
  const address = ['--api-base', `http://127.0.0.1:${port}`, '--api-key', 'sk_test_commandline'];
  return {
    run: (...args) =>
      new Promise((resolve) => {
        const options = { env, cwd: home, timeout: LONGEST_MS };
        execFile(findBinary(), [...args, ...address], options, (error, stdout, stderr) => {
          resolve({ isOk: error === null, output: `${stdout}${stderr}` });
        });
      }),
    close() {
      relay.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The program for this machine, which the package that names them all depends on. */
function findBinary(): string {
  const require = createRequire(import.meta.url);
  const wrapper = createRequire(require.resolve('@stripe/cli/package.json'));
  const one = wrapper.resolve(`@stripe/cli-${process.platform}-${process.arch}/package.json`);
  return join(dirname(one), 'bin', process.platform === 'win32' ? 'stripe.exe' : 'stripe');
}
