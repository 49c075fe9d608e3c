import { InvalidArgumentError, type Command } from 'commander';
import {
  isAttributeName,
  MOST_ATTRIBUTES,
  type ImportOptions,
  type ImportReport,
  type RefusedLine,
} from '../../../domains/analytics/index.ts';
import { counted, type CommandContext } from '../context.ts';

/** What every import of a table may be told. */
export interface TableOptions {
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly dryRun?: boolean;
  readonly refusals: number;
}

export function addTableOptions(command: Command): Command {
  return command
    .option('--encoding <label>', 'such as latin1; UTF-8, or by its mark, if not given')
    .option('--delimiter <character>', 'between cells; found by itself if not given')
    .option('--dry-run', 'say what would happen and change nothing')
    .option('--refusals <count>', 'how many refused lines to show', parseCount, 20);
}

/** `--map field=column`, once for each. */
export function addMapOption(command: Command, fields: readonly string[]): Command {
  const collect = (text: string, before: Readonly<Record<string, string>>) => {
    const [field, ...column] = text.split('=');
    if (field === undefined || !fields.includes(field) || column.length === 0) {
      throw new InvalidArgumentError(`Say field=column, with one of ${fields.join(', ')}.`);
    }
    return { ...before, [field]: column.join('=') };
  };
  const meaning = `the column of a field, once for each: ${fields.join(', ')}`;
  return command.option('--map <field=column>', meaning, collect, {});
}

/** `--attribute name` or `--attribute name=column`, once for each. */
export function addAttributeOption(command: Command): Command {
  const collect = (text: string, before: Readonly<Record<string, string>>) => {
    const [name = '', ...column] = text.split('=');
    const attributes = { ...before, [name]: column.length === 0 ? name : column.join('=') };
    if (!isAttributeName(name) || Object.keys(attributes).length > MOST_ATTRIBUTES) {
      const most = `up to ${MOST_ATTRIBUTES}`;
      throw new InvalidArgumentError(`Say name=column, with a name of 1 to 100 signs; ${most}.`);
    }
    return attributes;
  };
  const meaning = 'what else a column tells of customers, such as industry, once for each';
  return command.option('--attribute <name=column>', meaning, collect, {});
}

/** Runs an import, shows how far it has come, and prints what was refused and how it went. */
export async function reportImport(
  options: TableOptions,
  context: CommandContext,
  run: (importing: ImportOptions) => Promise<ImportReport>,
): Promise<void> {
  const isDryRun = options.dryRun === true;
  const refused: RefusedLine[] = [];
  const progress = context.progress?.(isDryRun ? 'Trying' : 'Importing');
  const report = await run({
    isDryRun,
    onProgress: (lines) => progress?.tell(counted(lines, 'line')),
    onRefused: (line) => {
      if (refused.length < options.refusals) refused.push(line);
    },
  });
  progress?.stop(counted(report.lines, 'line'));
  for (const line of refused) context.print(describe(line));
  const hidden = report.refused - refused.length;
  if (hidden > 0) context.print(`... and ${counted(hidden, 'refused line')} more`);
  const verb = isDryRun ? 'would be taken' : 'taken';
  context.print(`${report.taken} ${verb}, ${report.known} known before, ${report.refused} refused`);
}

function describe({ number, faults }: RefusedLine): string {
  const told = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
  return `line ${number}: ${told}`;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0) throw new InvalidArgumentError('A whole number.');
  return count;
}
