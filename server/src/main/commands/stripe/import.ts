import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  readUserSources,
  USUAL_SOURCE,
  type ImportProgress,
  type ImportReport,
} from '../../../domains/billing/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { counted, table, withApplication, type CommandContext } from '../context.ts';

/** `stripe import`. */
export function addImportCommand(stripe: Command, context: CommandContext): void {
  stripe
    .command('import')
    .description('bring in who was a customer at Stripe before, with subscriptions and history')
    .option('--dry-run', 'only read everything and say what would be done')
    .addOption(
      new Option('--resume', 'go on with an import that was interrupted').conflicts('dryRun'),
    )
    .addOption(
      new Option(
        '--map <price=plan:cycle>',
        'what a price sells, such as price_1=pro:monthly, =pro:2:yearly, =none; repeat it',
      )
        .argParser((each: string, before: readonly string[]) => [...before, each])
        .default([], 'none'),
    )
    .addOption(
      new Option('--user-from <where>', 'where customers name the user: metadata.KEY, email')
        .argParser(parseUserFrom)
        .default(USUAL_SOURCE),
    )
    .option('--json', 'print JSON')
    .action((options: ImportOptions) => runImport(options, context));
}

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  readonly map: readonly string[];
  readonly userFrom: string;
  readonly json?: boolean;
}

const CUSTOMERS_SKIPPED = { code: 'customers_skipped', kind: 'conflict' } as const;
const MOST_SHOWN = 50;

async function runImport(options: ImportOptions, context: CommandContext): Promise<void> {
  await withApplication(context, async ({ stripe }) => {
    const progress = context.progress?.('Reading customers from Stripe');
    const report = await stripe.importer
      .run({
        isDry: options.dryRun === true,
        isResumed: options.resume === true,
        userFrom: options.userFrom,
        map: options.map,
        onProgress: (done) => progress?.tell(told(done)),
      })
      .finally(() => progress?.stop('Read from Stripe'));
    context.print(options.json === true ? JSON.stringify(described(report)) : written(report));
    if (report.skipped === 0) return;
    const message = `Skipped: ${counted(report.skipped, 'customer')}; nothing of them was written.`;
    throw new AppError(CUSTOMERS_SKIPPED, { message });
  });
}

function told({ state, customers }: ImportProgress): string {
  return state === 'reading'
    ? `${counted(customers, 'customer')} read`
    : `${counted(customers, 'customer')} written`;
}

function written(report: ImportReport): string {
  const { subscriptions, invoices, unknownPrices, skippedCustomers } = report;
  const customers = report.isDry ? report.waiting : report.done;
  const done = report.isDry ? 'would come in' : 'came in';
  const lines = [
    `${counted(customers, 'customer')} ${done}, with ${counted(subscriptions, 'subscription')} ` +
      `and ${counted(invoices, 'invoice')}.`,
  ];
  if (unknownPrices.length > 0) {
    lines.push('', 'Prices that are no plan; say what they sell with --map:');
    const rows = unknownPrices.map((each) => [each.priceId, String(each.customers)]);
    lines.push(table([['PRICE', 'CUSTOMERS'], ...rows]));
  }
  if (skippedCustomers.length > 0) {
    const rows = skippedCustomers
      .slice(0, MOST_SHOWN)
      .map((each) => [each.customerId, each.externalId ?? '', each.reason]);
    lines.push('', table([['SKIPPED', 'USER', 'REASON'], ...rows]));
    const more = skippedCustomers.length - MOST_SHOWN;
    if (more > 0) lines.push(`and ${more} more; --json has them all.`);
  }
  return lines.join('\n');
}

function described(report: ImportReport): Record<string, unknown> {
  return {
    dry_run: report.isDry,
    imported: report.done,
    to_import: report.waiting,
    subscriptions: report.subscriptions,
    invoices: report.invoices,
    skipped: report.skippedCustomers.map((each) => ({
      customer: each.customerId,
      user: each.externalId,
      reason: each.reason,
      prices: each.unknownPriceIds,
    })),
    unknown_prices: report.unknownPrices.map(({ priceId, customers }) => ({
      price: priceId,
      customers,
    })),
  };
}

function parseUserFrom(text: string): string {
  if (readUserSources(text) === undefined) {
    throw new InvalidArgumentError('It is email or metadata.KEY, several separated by commas.');
  }
  return text;
}
