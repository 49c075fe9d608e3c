import { InvalidArgumentError, Option, type Command } from 'commander';
import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import {
  EVENT_STATES,
  type EventState,
  type InspectedEvent,
} from '../../../domains/billing/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { CLI, counted, table, withApplication, type CommandContext } from '../context.ts';

/** `stripe status`, `stripe events`, `stripe replay`. */
export function addInboxCommands(stripe: Command, context: CommandContext): void {
  stripe
    .command('status')
    .description('how many events wait or have failed, and when Stripe was last asked')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => showStatus(options, context));
  stripe
    .command('events')
    .description('events of Stripe and what became of them, newest first')
    .addOption(new Option('--state <state>', 'only those that stand so').choices([...EVENT_STATES]))
    .option('--customer <id>', 'only those about a customer, such as cus_1')
    .addOption(new Option('--limit <number>', 'how many at most').argParser(parseLimit).default(50))
    .option('--json', 'print JSON')
    .action((options: EventsOptions) => listEvents(options, context));
  stripe
    .command('replay')
    .description('have events handled once more; the worker does it at once')
    .argument('[events...]', `ids that \`${CLI} stripe events\` shows`)
    .option('--failed', 'all those that have failed')
    .option('--customer <id>', 'a customer, with all of its events that have failed')
    .action((events: string[], options: ReplayOptions) => replay(events, options, context));
}

interface EventsOptions {
  readonly state?: EventState;
  readonly customer?: string;
  readonly limit: number;
  readonly json?: boolean;
}

interface ReplayOptions {
  readonly failed?: boolean;
  readonly customer?: string;
}

const REPLAY_UNCLEAR = { code: 'replay_unclear', kind: 'invalid' } as const;
const NOTHING_TO_REPLAY = { code: 'nothing_to_replay', kind: 'not_found' } as const;

async function showStatus(options: { json?: boolean }, context: CommandContext): Promise<void> {
  await withApplication(context, async ({ stripe }) => {
    const status = await stripe.inspection.status();
    const { lastEvent, lastReconciliation: last } = status;
    if (options.json === true) {
      return context.print(
        JSON.stringify({
          waiting: status.waiting,
          failed: status.failed,
          oldest_waiting_at: instantOf(status.oldestWaitingMs),
          customers_in_trouble: status.customersInTrouble,
          last_event: lastEvent && { id: lastEvent.id, at: instantOf(lastEvent.receivedMs) },
          last_sweep: {
            at: instantOf(status.lastSweepMs),
            found: status.lastSweepFound,
            swept_to: instantOf(status.sweptToMs),
          },
          last_reconciliation: last && { ...last, endedMs: undefined, at: instantOf(last.endedMs) },
        }),
      );
    }
    const at = (ms: number | null): string => (ms === null ? 'never' : formatInstant(ms));
    const { oldestWaitingMs: oldest, lastSweepMs, lastSweepFound } = status;
    const rows = [
      ['events waiting', `${status.waiting}${oldest === null ? '' : `, for ${ageOf(oldest)}`}`],
      ['events failed', String(status.failed)],
      ['customers in trouble', String(status.customersInTrouble)],
      ['last event', lastEvent === null ? 'none' : `${lastEvent.id} ${at(lastEvent.receivedMs)}`],
      [
        'last sweep',
        `${at(lastSweepMs)}${lastSweepMs === null ? '' : `, found ${lastSweepFound}`}`,
      ],
      ['known up to', at(status.sweptToMs)],
      [
        'last reconciliation',
        last === null
          ? 'never'
          : `${at(last.endedMs)}, ${last.outcome}, ${last.mended} of ${last.different} mended`,
      ],
    ];
    return context.print(table(rows));
  });
}

async function listEvents(options: EventsOptions, context: CommandContext): Promise<void> {
  await withApplication(context, async ({ stripe }) => {
    const { state, customer, limit } = options;
    const events = await stripe.inspection.events({
      limit,
      ...(state !== undefined && { state }),
      ...(customer !== undefined && { customerId: customer }),
    });
    if (options.json === true) return context.print(JSON.stringify(events.map(described)));
    const rows = events.map((event) => [
      event.id,
      event.type,
      event.customerId ?? '',
      event.state,
      ageOf(event.receivedMs),
      event.isFoundBySweep ? 'sweep' : 'webhook',
      event.reason ?? '',
    ]);
    const head = ['EVENT', 'TYPE', 'CUSTOMER', 'STATE', 'AGE', 'BY', 'REASON'];
    return context.print(table([head, ...rows]));
  });
}

async function replay(
  events: readonly string[],
  { failed, customer }: ReplayOptions,
  context: CommandContext,
): Promise<void> {
  const asked = [events.length > 0, failed === true, customer !== undefined].filter(Boolean);
  if (asked.length !== 1) {
    const message = 'Name events, or --failed, or --customer ID; one of them.';
    throw new AppError(REPLAY_UNCLEAR, { message });
  }
  await withApplication(context, async ({ stripe }) => {
    const { inspection } = stripe;
    if (customer !== undefined) {
      const ids = await inspection.replay({ kind: 'customer', customerId: customer });
      return context.print(`${customer} is looked at again, with ${counted(ids.length, 'event')}.`);
    }
    const which =
      failed === true ? { kind: 'failed' as const } : { kind: 'events' as const, ids: events };
    const ids = await inspection.replay(which);
    const left = events.filter((id) => !ids.includes(id));
    if (left.length > 0) {
      const message = `Not replayed: ${left.join(', ')}; unknown, waiting, or about no customer.`;
      throw new AppError(NOTHING_TO_REPLAY, { message });
    }
    return context.print(`To be handled once more: ${counted(ids.length, 'event')}.`);
  });
}

function described(event: InspectedEvent): Record<string, unknown> {
  return {
    id: event.id,
    type: event.type,
    customer: event.customerId,
    state: event.state,
    reason: event.reason,
    created_at: instantOf(event.createdMs),
    received_at: instantOf(event.receivedMs),
    handled_at: instantOf(event.handledMs),
    found_by: event.isFoundBySweep ? 'sweep' : 'webhook',
  };
}

function instantOf(ms: number | null): string | null {
  return ms === null ? null : formatInstant(ms);
}

/** Such as `3 h`, of what has been there since. */
function ageOf(sinceMs: number): string {
  const seconds = Math.max(0, Math.floor((systemClock.nowMs() - sinceMs) / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('A limit is from 1 to 99999.');
  return Number(text);
}
