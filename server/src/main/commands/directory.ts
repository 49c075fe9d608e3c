import type { Command } from 'commander';
import { counted, withApplication, type CommandContext } from './context.ts';

export function addDirectoryCommands(program: Command, context: CommandContext): void {
  const directory = program
    .command('directory')
    .description('What staff look users up in, computed from everything else.');
  directory
    .command('rebuild')
    .description('Makes it anew. Lists are short while it runs; nothing else waits for it.')
    .action(async () => {
      await withApplication(context, async (application) => {
        const progress = context.progress?.('Making the directory anew');
        const made = await application.directory.rebuild((so) => progress?.tell(`${so} users`));
        progress?.stop('Made.');
        context.print(`Made the entries of ${counted(made, 'user')} anew.`);
      });
    });
}
