import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseInstant } from '@whisperforge/kernel/clock';
import type { NewCodes } from '../../domains/pricing/index.ts';
import { parseReason } from './context.ts';

/** What a code promises, as it is typed. */
export interface TermsOptions {
  readonly name: string;
  readonly reason: string;
  readonly percent?: number;
  readonly amount?: Readonly<Record<string, string>>;
  readonly duration: 'once' | 'repeating' | 'forever';
  readonly months?: number;
  readonly plans?: string[];
  readonly cycles?: ('monthly' | 'yearly')[];
  readonly currencies?: string[];
  readonly countries?: string[];
  readonly firstPurchase?: boolean;
  readonly most?: number | null;
  readonly perAccount?: number | null;
  readonly stackable?: boolean;
  readonly priority?: number;
  readonly from?: number;
  readonly expires?: number;
}

export function addTermsOptions(command: Command): Command {
  return command
    .requiredOption('--name <text>', 'what customers read beside the discount')
    .requiredOption('--reason <text>', 'why, for the record', parseReason)
    .addOption(
      new Option('--percent <percent>', 'such as 25 or 12.5')
        .argParser(parsePercent)
        .conflicts('amount'),
    )
    .addOption(
      new Option('--amount <amounts>', 'such as usd=5.00,eur=4.50').argParser(parseAmounts),
    )
    .addOption(
      new Option('--duration <duration>', 'which payments it lowers')
        .choices(['once', 'repeating', 'forever'])
        .default('once'),
    )
    .option('--months <count>', 'how long, where it is repeating', parseWhole)
    .option('--plans <slugs>', 'only for these', parseList)
    .option('--cycles <cycles>', 'monthly or yearly only', parseCycles)
    .option('--currencies <codes>', 'only in these', parseList)
    .option('--countries <codes>', 'only for users of these, such as DE,FR', parseList)
    .option('--first-purchase', 'only for accounts that never bought anything')
    .option('--most <count>', 'how often in all; none is without end', parseLimit)
    .option('--per-account <count>', 'how often by one account; once unless said', parseLimit)
    .option('--stackable', 'may come together with other stackable discounts')
    .option('--priority <number>', 'goes before what has less, whatever is better', parseSigned)
    .option('--from <instant>', 'not before, such as 2026-03-01T00:00:00Z', parseMs)
    .option('--expires <instant>', 'not from then on', parseMs);
}

/** `--percent 25` and its like, as the domain reads them. */
export function termsOf(options: TermsOptions): Omit<NewCodes, 'codes' | 'batch'> {
  const { percent, amount, duration, months, plans, cycles, currencies, countries } = options;
  return {
    name: options.name,
    effect: {
      ...(percent !== undefined && { percent_off_basis_points: percent }),
      ...(amount && { amounts_off: { ...amount } }),
      duration,
      ...(months !== undefined && { duration_in_months: months }),
    },
    conditions: {
      ...(plans && { plans }),
      ...(cycles && { billing_cycles: cycles }),
      ...(currencies && { currencies }),
      ...(countries && { countries }),
      ...(options.firstPurchase === true && { first_purchase_only: true }),
    },
    ...(options.stackable === true && { stacking: 'stackable' }),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(options.most !== undefined && { mostRedemptions: options.most }),
    ...(options.perAccount !== undefined && { mostPerAccount: options.perAccount }),
    validFromMs: options.from ?? null,
    expiresMs: options.expires ?? null,
  };
}

/** In basis points, exactly: a third decimal could not be kept. */
function parsePercent(text: string): number {
  const match = /^(\d{1,4})(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) {
    throw new InvalidArgumentError('A percentage has at most two decimals, such as 12.5.');
  }
  return Number(match[1]! + (match[2] ?? '').padEnd(2, '0'));
}

function parseAmounts(text: string): Record<string, string> {
  const entries = text.split(',').map((part) => part.trim().split('='));
  if (entries.some((entry) => entry.length !== 2)) {
    throw new InvalidArgumentError('Amounts name their currency, such as usd=5.00,eur=4.50.');
  }
  return Object.fromEntries(entries as [string, string][]);
}

function parseList(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

function parseCycles(text: string): ('monthly' | 'yearly')[] {
  return parseList(text).map((cycle) => {
    if (cycle === 'monthly' || cycle === 'yearly') return cycle;
    throw new InvalidArgumentError('Billing is monthly or yearly.');
  });
}

function parseWhole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function parseSigned(text: string): number {
  return text.startsWith('-') ? -parseWhole(text.slice(1)) : parseWhole(text);
}

function parseLimit(text: string): number | null {
  return text === 'none' ? null : parseWhole(text);
}

function parseMs(text: string): number {
  const ms = parseInstant(text);
  if (ms === undefined) {
    throw new InvalidArgumentError('An instant is written like 2026-03-01T00:00:00Z.');
  }
  return ms;
}
