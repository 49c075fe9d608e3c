import { Command, CommanderError } from 'commander';
import { StatementRefused } from '../platform/database.ts';
import { AppError } from '../platform/errors.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addContractsCommands } from './commands/contracts/commands.ts';
import { addImportCommands } from './commands/imports/commands.ts';
import { addDirectoryCommands } from './commands/directory.ts';
import { addKeysCommands } from './commands/keys.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addPlansCommands } from './commands/plans.ts';
import { addPromotionsCommands } from './commands/promotions.ts';
import { CLI, type CommandContext, type Progress } from './commands/context.ts';
import { addStaffCommands } from './commands/staff.ts';
import { addStripeCommands } from './commands/stripe/commands.ts';
import { ConfigError } from './config.ts';

/** 0: done. 1: refused or failed. 2: not understood, or the configuration cannot be used. */
type ExitCode = 0 | 1 | 2;

/** Runs one command of the operator's; what it prints goes to the context, faults to stderr. */
export async function runCli(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const complain = (line: string): void => {
    if (context.complain === undefined) process.stderr.write(`${line}\n`);
    else context.complain(line);
  };
  const program = new Command(CLI)
    .description("The operator's commands. They read the same environment as the server.")
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => complain(text.trimEnd()),
    })
    .showHelpAfterError()
    .exitOverride();
  addMigrateCommand(program, context);
  addKeysCommands(program, context);
  addPlansCommands(program, context);
  addPromotionsCommands(program, context);
  addContractsCommands(program, context);
  addStaffCommands(program, context);
  addStripeCommands(program, context);
  addDirectoryCommands(program, context);
  addAuditCommands(program, context);
  addImportCommands(program, context);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (fault) {
    return explain(fault, complain);
  }
}

function explain(fault: unknown, complain: (line: string) => void): ExitCode {
  // Commander has said already what is wrong; asking for help is not wrong.
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : 2;
  if (fault instanceof ConfigError) {
    complain(fault.message);
    return 2;
  }
  if (fault instanceof AppError || isUnmigrated(fault)) {
    complain(fault instanceof AppError ? fault.message : UNMIGRATED);
    return 1;
  }
  throw fault;
}

const UNMIGRATED = `The database has not been migrated yet: run \`${CLI} migrate\`.`;
const UNDEFINED_TABLE = '42P01';

function isUnmigrated(fault: unknown): boolean {
  return fault instanceof StatementRefused && fault.sqlState === UNDEFINED_TABLE;
}

async function ask(question: string): Promise<boolean> {
  const { confirm } = await import('@clack/prompts');
  // Escape and Ctrl-C answer with a symbol: that is no yes.
  return (await confirm({ message: question, initialValue: false })) === true;
}

async function progressBar(): Promise<(title: string) => Progress> {
  const { spinner } = await import('@clack/prompts');
  return (title) => {
    const shown = spinner();
    shown.start(title);
    return { tell: (text) => shown.message(text), stop: (text) => shown.stop(text) };
  };
}

if (import.meta.main) {
  const isWatched = process.stdin.isTTY && process.stdout.isTTY;
  process.exitCode = await runCli(process.argv.slice(2), {
    env: process.env,
    print: (line) => void process.stdout.write(`${line}\n`),
    ...(isWatched && { confirm: ask, progress: await progressBar() }),
  });
}
