/**
 * The process that makes the load. It is told what to do over the channel to the process that
 * started it, and ends with that.
 */
import { randomBytes } from 'node:crypto';
import type { Shared } from './exchange.ts';
import type { FromLoad, LoadStart, ToLoad } from './order.ts';
import { runOrder } from './run-order.ts';

// The key that interrupts the benchmark reaches this process too; whoever started it decides.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
// It may have gone before anybody listened.
if (!process.connected) process.exit(0);

let shared: Shared | undefined;

process.on('message', (message: ToLoad) => {
  if (message.kind === 'start') {
    shared = prepare(message.start);
    tell({ kind: 'ready' });
    return;
  }
  if (shared === undefined) throw new Error('An order came before the start.');
  const { tally } = shared;
  runOrder(message.order, shared, tell).then(
    (result) => {
      tell({ kind: 'done', result: { ...result, acknowledged: tally } });
      tally.events = 0;
      tally.webhooks = 0;
      tally.booked.fill(0);
      tally.held.fill(0);
    },
    (fault: unknown) => {
      tell({ kind: 'failed', message: fault instanceof Error ? fault.message : String(fault) });
    },
  );
});

function prepare(start: LoadStart): Shared {
  const { mostUsers } = start;
  return {
    start,
    stream: randomBytes(6).toString('hex'),
    nextNumber: 0,
    tally: {
      events: 0,
      webhooks: 0,
      booked: new Float64Array(mostUsers),
      held: new Float64Array(mostUsers),
    },
  };
}

function tell(message: FromLoad): void {
  if (process.connected) process.send?.(message);
}
