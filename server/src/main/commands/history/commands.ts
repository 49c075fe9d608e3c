import { InvalidArgumentError, Option, type Command } from 'commander';
import { systemClock } from '@whisperforge/kernel/clock';
import {
  createImports,
  historyFields,
  type HistoryField,
  type HistoryFormat,
  type RefusedLine,
} from '../../../domains/analytics/index.ts';
import { counted, withDatabase, type CommandContext } from '../context.ts';
import { openCsv } from './csv-file.ts';

/** `import subscriptions`. */
export function addImportCommands(program: Command, context: CommandContext): void {
  const imports = program.command('import').description('what was kept elsewhere');
  imports
    .command('subscriptions')
    .description(
      "a company's history of subscriptions from a CSV file, for the revenue ledger alone",
    )
    .argument('<file>', 'a table with a line for each stretch of a subscription')
    .requiredOption('--origin <name>', 'a short name for where it comes from, such as "acme"')
    .option(
      '--map <field=column>',
      `the column of a field, once for each: ${historyFields.join(', ')}`,
      collectColumn,
      {},
    )
    .addOption(
      new Option('--amounts <of>', 'what an amount is of')
        .choices(['cycle', 'month'])
        .default('cycle'),
    )
    .option('--currency <code>', 'of lines that name none', 'usd')
    .option('--billing-cycle <cycle>', 'of lines that name none', 'month')
    .option('--encoding <label>', 'such as latin1; UTF-8, or by its mark, if not given')
    .option('--delimiter <character>', 'between cells; found by itself if not given')
    .option('--dry-run', 'say what would happen and change nothing')
    .option('--refusals <count>', 'how many refused lines to show', parseCount, 20)
    .action((file: string, options: ImportOptions) => importHistory(file, options, context));
}

interface ImportOptions {
  readonly origin: string;
  readonly map: HistoryFormat['columns'];
  readonly amounts: HistoryFormat['amounts'];
  readonly currency: string;
  readonly billingCycle: string;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly dryRun?: boolean;
  readonly refusals: number;
}

async function importHistory(
  path: string,
  options: ImportOptions,
  context: CommandContext,
): Promise<void> {
  const { origin, amounts, currency, billingCycle, map: columns } = options;
  const isDryRun = options.dryRun === true;
  const file = await openCsv(path, options);
  await withDatabase(context, async (database) => {
    const refused: RefusedLine[] = [];
    const progress = context.progress?.(isDryRun ? 'Trying' : 'Importing');
    const report = await createImports({ database, clock: systemClock }).run(
      { ...file, origin, format: { columns, amounts, currency, billingCycle } },
      {
        isDryRun,
        onProgress: (lines) => progress?.tell(counted(lines, 'line')),
        onRefused: (line) => {
          if (refused.length < options.refusals) refused.push(line);
        },
      },
    );
    progress?.stop(counted(report.lines, 'line'));
    for (const line of refused) context.print(describe(line));
    const hidden = report.refused - refused.length;
    if (hidden > 0) context.print(`... and ${counted(hidden, 'refused line')} more`);
    const verb = isDryRun ? 'would be taken' : 'taken';
    context.print(
      `${report.taken} ${verb}, ${report.known} known before, ${report.refused} refused`,
    );
  });
}

function describe({ number, faults }: RefusedLine): string {
  const told = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
  return `line ${number}: ${told}`;
}

function collectColumn(text: string, before: HistoryFormat['columns']): HistoryFormat['columns'] {
  const [field, ...column] = text.split('=');
  if (!isField(field) || column.length === 0) {
    throw new InvalidArgumentError(`Say field=column, with one of ${historyFields.join(', ')}.`);
  }
  return { ...before, [field]: column.join('=') };
}

function isField(text: string | undefined): text is HistoryField {
  return historyFields.some((field) => field === text);
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0) throw new InvalidArgumentError('A whole number.');
  return count;
}
