import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../stripe-sandbox/src/index.ts';
import type { Config } from '../../server/src/main/config.ts';
import { Refusal } from '../refusal.ts';
import type { Parts } from './parts.ts';

// What follows lets the server live by a clock that anybody may move.
if (process.env['NODE_ENV'] === 'production') {
  throw new Error('The Stripe sandbox is not for production.');
}

/**
 * Brings up the Stripe sandbox, which keeps what it has answered in the data folder. It runs in
 * this process, so that one process fewer is to be looked after; long work it does in turns.
 */
export async function bringUpSandbox(config: Config, parts: Parts): Promise<Sandbox> {
  try {
    const sandbox = await startSandbox({
      port: config.stripeSandboxPort,
      journalFile: join(config.dataDir, 'stripe-sandbox.journal'),
    });
    parts.add({ name: 'the Stripe sandbox', stop: () => sandbox.close() });
    return sandbox;
  } catch (fault) {
    throw isPortTaken(fault)
      ? new Refusal(
          `STRIPE_SANDBOX_PORT: 127.0.0.1:${config.stripeSandboxPort} is taken by another ` +
            'program; try another: STRIPE_SANDBOX_PORT=12112 npm start',
        )
      : fault;
  }
}

function isPortTaken(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === 'EADDRINUSE';
}
