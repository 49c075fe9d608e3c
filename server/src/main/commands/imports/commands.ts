import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addInputImports } from './inputs.ts';
import { addSubscriptionsImport } from './subscriptions.ts';

/** `import`. */
export function addImportCommands(program: Command, context: CommandContext): void {
  const imports = program.command('import').description('what was kept elsewhere');
  addSubscriptionsImport(imports, context);
  addInputImports(imports, context);
}
