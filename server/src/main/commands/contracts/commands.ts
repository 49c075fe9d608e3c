import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseInstant } from '@whisperforge/kernel/clock';
import { parseReason, type CommandContext } from '../context.ts';
import { endContract, type EndOptions } from './end.ts';
import { listAll, type ListOptions } from './list.ts';
import { recordContract, type RecordOptions } from './record.ts';

/** `contracts record`, `contracts end` and `contracts list`. */
export function addContractsCommands(program: Command, context: CommandContext): void {
  const contracts = program
    .command('contracts')
    .description('subscriptions that are agreed on paper, or given, and not paid through Stripe');
  contracts
    .command('record')
    .description('record a contract or a gift, or how it stands from now on')
    .argument('<user>', "the app's id of the account's owner")
    .option('--plan <plan>', 'such as enterprise, or enterprise:2 for a version of it')
    .addOption(new Option('--cycle <cycle>', 'billing').choices(['monthly', 'yearly']))
    .option('--seats <count>', 'how many were agreed', parseSeats)
    .option('--amount <amount>', 'what is paid in a cycle, such as 3600.00')
    .option('--currency <code>', "of the amount; the account's where not given")
    .addOption(new Option('--per <of>', 'what the amount is of').choices(['contract', 'seat']))
    .option('--start <instant>', 'since when or from when; now where not given', parseMs)
    .option('--end <instant>', 'when it ends, or "none"', parseEnd)
    .addOption(new Option('--gift', 'it costs nothing').conflicts(['amount', 'currency', 'per']))
    .option('--dry-run', 'say what would be on record and change nothing')
    .requiredOption('--reason <text>', 'why, for the record', parseReason)
    .addHelpText('after', HELP)
    .action((user: string, options: RecordOptions) => recordContract(user, options, context));
  contracts
    .command('end')
    .description('end a contract or a gift')
    .argument('<user>', "the app's id of the account's owner")
    .option('--at <instant>', 'when; now where not given', parseMs)
    .option('--dry-run', 'say what would be on record and change nothing')
    .requiredOption('--reason <text>', 'why, for the record', parseReason)
    .action((user: string, options: EndOptions) => endContract(user, options, context));
  contracts
    .command('list')
    .description('contracts and gifts, the newest first')
    .option('--ended', 'and those that have ended')
    .option('--json', 'print JSON')
    .action((options: ListOptions) => listAll(options, context));
}

const HELP = `
Of a contract that is on record, what is not said stays as it is. Instants are written like
2026-03-01T00:00:00Z. Examples:
  contracts record user_1 --plan enterprise --cycle yearly --amount 36000 --reason 'signed'
  contracts record user_1 --seats 40 --amount 900 --per seat --reason 'more seats'
  contracts record user_2 --plan pro --gift --end 2027-01-01T00:00:00Z --reason 'a prize'`;

function parseSeats(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function parseMs(text: string): number {
  const ms = parseInstant(text);
  if (ms === undefined) {
    throw new InvalidArgumentError('An instant is written like 2026-03-01T00:00:00Z.');
  }
  return ms;
}

/** What is parsed to `null` is taken for nothing by the parser of options. */
function parseEnd(text: string): number | 'none' {
  return text === 'none' ? 'none' : parseMs(text);
}
