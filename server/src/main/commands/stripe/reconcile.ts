import { CommanderError, InvalidArgumentError, Option, type Command } from 'commander';
import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import { explained, type ReconcileReport } from '../../../domains/billing/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { counted, table, withApplication, type CommandContext } from '../context.ts';

/** `stripe sweep` and `stripe reconcile`. */
export function addReconcileCommands(stripe: Command, context: CommandContext): void {
  stripe
    .command('sweep')
    .description('ask Stripe now for events that did not arrive, as the worker does by itself')
    .addOption(
      new Option('--days <number>', 'look that far back; Stripe keeps 30 days').argParser(
        parseDays,
      ),
    )
    .action((options: { days?: number }) => sweep(options, context));
  stripe
    .command('reconcile')
    .description('compare every customer on record with Stripe; ends with 1 if any differs')
    .option('--apply', 'make right what differs, once all are compared')
    .option('--customer <id>', 'only this one, such as cus_1')
    .addOption(
      new Option(
        '--allow <number>',
        'how many may lose a subscription that Stripe does not know',
      ).argParser(parseCount),
    )
    .option('--json', 'print JSON')
    .action((options: ReconcileOptions) => reconcile(options, context));
}

interface ReconcileOptions {
  readonly apply?: boolean;
  readonly customer?: string;
  readonly allow?: number;
  readonly json?: boolean;
}

const DAY_MS = 86_400_000;
const STRIPE_DIFFERS = { code: 'stripe_differs', kind: 'conflict' } as const;

async function sweep({ days }: { days?: number }, context: CommandContext): Promise<void> {
  await withApplication(context, async ({ stripe }) => {
    const sinceMs = days === undefined ? undefined : systemClock.nowMs() - days * DAY_MS;
    const report = await stripe.sweep.run(sinceMs === undefined ? {} : { sinceMs });
    const since = formatInstant(report.sinceMs);
    context.print(`Looked through ${report.looked} events since ${since}: ${report.found} found.`);
    if (!report.isComplete) context.print('There is more; run it again to go on.');
  });
}

async function reconcile(options: ReconcileOptions, context: CommandContext): Promise<void> {
  await withApplication(context, async ({ stripe }) => {
    const { apply: applies = false, customer, allow } = options;
    const progress = context.progress?.('Comparing with Stripe');
    const report = await stripe.reconciler
      .run({
        startedBy: 'cli',
        applies,
        ...(customer !== undefined && { customerId: customer }),
        ...(allow !== undefined && { allowed: allow }),
        onProgress: (done, of) => progress?.tell(`Compared ${done} of ${of} customers`),
      })
      .finally(() => progress?.stop('Compared with Stripe'));
    context.print(options.json === true ? JSON.stringify(described(report)) : written(report));
    endWith(report, context);
  });
}

/** 0: nothing differs, or no longer. 1: something does. 2: it has stopped. */
function endWith(report: ReconcileReport, context: CommandContext): void {
  if (report.outcome === 'stopped') {
    const message = `Stopped: ${explained(report)}`;
    if (context.complain === undefined) process.stderr.write(`${message}\n`);
    else context.complain(message);
    throw new CommanderError(2, 'stripe.reconciliation_stopped', message);
  }
  if (report.outcome !== 'different') return;
  const left = report.different - report.mended;
  throw new AppError(STRIPE_DIFFERS, {
    message: `Different at Stripe: ${counted(left, 'customer')}.`,
  });
}

function written(report: ReconcileReport): string {
  const { compared, different, mended, strangers } = report;
  const summary = [
    `${counted(compared, 'customer')} compared: ${different} different, ${mended} mended.`,
    ...(strangers > 0 ? [`Not known here: ${counted(strangers, 'customer')} of Stripe's.`] : []),
  ];
  if (different === 0) return summary.join('\n');
  const rows = report.customers.flatMap(({ customerId, differences, isMended, isMendable }) =>
    differences.map(({ about, what, recorded, found }) => [
      customerId,
      about,
      what,
      recorded || '-',
      found || '-',
      isMended ? 'mended' : isMendable ? '' : 'by hand',
    ]),
  );
  const head = ['CUSTOMER', 'ABOUT', 'WHAT', 'ON RECORD', 'AT STRIPE', ''];
  return [table([head, ...rows]), ...summary].join('\n');
}

function described(report: ReconcileReport): Record<string, unknown> {
  return {
    outcome: report.outcome,
    compared: report.compared,
    different: report.different,
    mended: report.mended,
    disappearing: report.disappearing,
    most_disappearing: report.mostDisappearing,
    unknown_here: report.strangers,
    customers: report.customers.map((each) => ({
      customer: each.customerId,
      account: each.accountId,
      disappears: each.disappears,
      mendable: each.isMendable,
      mended: each.isMended,
      differences: each.differences,
    })),
  };
}

function parseDays(text: string): number {
  if (!/^([1-9]|[12]\d|30)$/.test(text)) throw new InvalidArgumentError('Days are from 1 to 30.');
  return Number(text);
}

function parseCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a number of customers.');
  return Number(text);
}
