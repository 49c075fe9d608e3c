import { Option, type Command } from 'commander';
import { systemClock } from '@whisperforge/kernel/clock';
import {
  createImports,
  historyFields,
  type HistoryFormat,
} from '../../../domains/analytics/index.ts';
import { withDatabase, type CommandContext } from '../context.ts';
import { openCsv } from './csv-file.ts';
import {
  addAttributeOption,
  addMapOption,
  addTableOptions,
  reportImport,
  type TableOptions,
} from './report.ts';

/** `import subscriptions`. */
export function addSubscriptionsImport(imports: Command, context: CommandContext): void {
  const command = imports
    .command('subscriptions')
    .description(
      "a company's history of subscriptions from a CSV file, for the revenue ledger alone",
    )
    .argument('<file>', 'a table with a line for each stretch of a subscription')
    .requiredOption('--origin <name>', 'a short name for where it comes from, such as "acme"')
    .addOption(
      new Option('--amounts <of>', 'what an amount is of')
        .choices(['cycle', 'month'])
        .default('cycle'),
    )
    .option('--currency <code>', 'of lines that name none', 'usd')
    .option('--billing-cycle <cycle>', 'of lines that name none', 'month');
  addAttributeOption(addTableOptions(addMapOption(command, historyFields))).action(
    (file: string, options: ImportOptions) => importHistory(file, options, context),
  );
}

interface ImportOptions extends TableOptions {
  readonly origin: string;
  readonly map: HistoryFormat['columns'];
  readonly attribute: HistoryFormat['attributes'];
  readonly amounts: HistoryFormat['amounts'];
  readonly currency: string;
  readonly billingCycle: string;
}

async function importHistory(
  path: string,
  options: ImportOptions,
  context: CommandContext,
): Promise<void> {
  const { origin, amounts, currency, billingCycle, map: columns, attribute: attributes } = options;
  const file = await openCsv(path, options);
  const format = { columns, attributes, amounts, currency, billingCycle };
  await withDatabase(context, (database) =>
    reportImport(options, context, (importing) =>
      createImports({ database, clock: systemClock }).run({ ...file, origin, format }, importing),
    ),
  );
}
