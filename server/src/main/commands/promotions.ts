import { closeSync, openSync, writeSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import {
  codeStateAt,
  createPricing,
  csvHeader,
  csvOf,
  describeDuration,
  describeOff,
  type NewCodes,
  type PromotionCode,
} from '../../domains/pricing/index.ts';
import { AppError } from '../../platform/errors.ts';
import { CLI, operator, parseReason, table, withDatabase, type CommandContext } from './context.ts';
import { addTermsOptions, termsOf, type TermsOptions } from './promotion-terms.ts';

/** `promotions create`, `generate`, `list`, `export` and `end`. */
export function addPromotionsCommands(program: Command, context: CommandContext): void {
  const promotions = program
    .command('promotions')
    .description('promotion codes, which customers enter for a discount');
  addTermsOptions(
    promotions
      .command('create')
      .description('make one code as you name it')
      .argument('<code>', 'letters, digits and dashes, such as SPRING25; in any case'),
  ).action((code: string, options: TermsOptions) =>
    createCodes({ kind: 'named', code }, options, context),
  );
  addTermsOptions(
    promotions
      .command('generate')
      .description('make many codes that nobody can guess, good once each')
      .argument('<count>', 'how many, up to 10000', parseCount)
      .addOption(new Option('--prefix <letters>', 'what they begin with').default('', 'nothing'))
      .option('--batch <name>', 'a name for all of them, to list and export them by')
      .option('--file <path>', 'write them there as CSV instead of printing them'),
  ).action((count: number, options: TermsOptions & GenerateOptions) =>
    createCodes({ kind: 'generated', count, prefix: options.prefix }, options, context),
  );
  promotions
    .command('list')
    .description('codes, the latest first')
    .option('--batch <name>', 'only those of a batch')
    .option('--prefix <letters>', 'only those that begin so')
    .option('--limit <count>', 'how many, up to 200', parseCount, 50)
    .option('--cursor <cursor>', 'from where the last page ended')
    .option('--json', 'print JSON')
    .action((options: ListOptions) => listCodes(options, context));
  promotions
    .command('export')
    .description('codes as CSV for a spreadsheet, with how often each has been used')
    .option('--batch <name>', 'only those of a batch')
    .option('--prefix <letters>', 'only those that begin so')
    .option('--file <path>', 'write it there instead of printing it')
    .action((options: ExportOptions) => exportCodes(options, context));
  promotions
    .command('end')
    .description('end a code; those who have used it keep what it gave')
    .argument('<code>', `a code that \`${CLI} promotions list\` shows`)
    .requiredOption('--reason <text>', 'why, for the record', parseReason)
    .action((code: string, options: { reason: string }) => endCode(code, options, context));
}

interface GenerateOptions {
  readonly prefix: string;
  readonly batch?: string;
  readonly file?: string;
}

interface ExportOptions {
  readonly batch?: string;
  readonly prefix?: string;
  readonly file?: string;
}

interface ListOptions {
  readonly batch?: string;
  readonly prefix?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

const FILE_UNWRITABLE = { code: 'file_unwritable', kind: 'invalid' } as const;
const PAGE = 200;

async function createCodes(
  codes: NewCodes['codes'],
  options: TermsOptions & Partial<GenerateOptions>,
  context: CommandContext,
): Promise<void> {
  await withDatabase(context, async (database) => {
    const nowMs = systemClock.nowMs();
    const command = { actor: operator(), nowMs, reason: options.reason };
    const input = { codes, batch: options.batch ?? null, ...termsOf(options) };
    const made = await createPricing({ database }).createPromotionCodes(input, command);
    if (options.file === undefined) return context.print(made.map(({ code }) => code).join('\n'));
    writeLines(options.file, [csvHeader(), ...made.map((code) => csvOf(code, nowMs))]);
    return context.print(`Made ${made.length} codes and wrote them to ${options.file}.`);
  });
}

async function listCodes(options: ListOptions, context: CommandContext): Promise<void> {
  await withDatabase(context, async (database) => {
    const nowMs = systemClock.nowMs();
    const page = await createPricing({ database }).listPromotionCodes(options);
    if (options.json === true) {
      const data = page.data.map((code) => described(code, nowMs));
      return context.print(JSON.stringify({ data, next_cursor: page.nextCursor }));
    }
    const rows = page.data.map((code) => [
      code.code,
      describeOff(code.reduction.off),
      describeDuration(code.reduction.duration),
      codeStateAt(code, nowMs),
      `${code.taken}${code.mostRedemptions === null ? '' : ` of ${code.mostRedemptions}`}`,
      code.expiresMs === null ? '' : formatInstant(code.expiresMs),
      code.name,
    ]);
    context.print(table([['CODE', 'OFF', 'LASTS', 'STATE', 'USED', 'EXPIRES', 'NAME'], ...rows]));
    if (page.nextCursor === null) return undefined;
    return context.print(`There are more: add --cursor ${page.nextCursor}.`);
  });
}

/** Page by page, so that a million codes need no more memory than two hundred. */
async function exportCodes(options: ExportOptions, context: CommandContext): Promise<void> {
  await withDatabase(context, async (database) => {
    const pricing = createPricing({ database });
    const nowMs = systemClock.nowMs();
    const { file, ...filter } = options;
    const write = file === undefined ? null : openLines(file);
    const put = (lines: string[]): void => {
      if (write === null) context.print(lines.join('').trimEnd());
      else write.lines(lines);
    };
    let count = 0;
    let cursor: string | undefined;
    put([csvHeader()]);
    do {
      const page = await pricing.listPromotionCodes({ ...filter, limit: PAGE, cursor });
      if (page.data.length > 0) put(page.data.map((code) => csvOf(code, nowMs)));
      count += page.data.length;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    write?.close();
    if (file !== undefined) context.print(`Wrote ${count} codes to ${file}.`);
  });
}

async function endCode(
  code: string,
  { reason }: { readonly reason: string },
  context: CommandContext,
): Promise<void> {
  await withDatabase(context, async (database) => {
    const command = { actor: operator(), nowMs: systemClock.nowMs(), reason };
    const ended = await createPricing({ database }).endPromotionCode(code, command);
    context.print(`Code ${ended.code} has ended; it was used ${ended.taken} times.`);
  });
}

function described(code: PromotionCode, nowMs: number): Record<string, unknown> {
  return {
    code: code.code,
    name: code.name,
    batch: code.batch,
    state: codeStateAt(code, nowMs),
    taken: code.taken,
    most_redemptions: code.mostRedemptions,
    most_per_account: code.mostPerAccount,
    expires_at: code.expiresMs === null ? null : formatInstant(code.expiresMs),
    created_at: formatInstant(code.createdMs),
  };
}

function writeLines(path: string, lines: readonly string[]): void {
  const file = openLines(path);
  file.lines(lines);
  file.close();
}

function openLines(path: string): { lines(lines: readonly string[]): void; close(): void } {
  try {
    const file = openSync(path, 'w');
    return {
      lines: (lines) => void writeSync(file, lines.join('')),
      close: () => closeSync(file),
    };
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new AppError(FILE_UNWRITABLE, { message: `${path} cannot be written: ${reason}` }, fault);
  }
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}
