import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { addCatalogueCommand } from '../stripe-catalogue.ts';
import { addImportCommand } from './import.ts';
import { addInboxCommands } from './inbox.ts';
import { addReconcileCommands } from './reconcile.ts';

/** `stripe status`, `events`, `replay`, `sweep`, `reconcile`, `import`, `catalogue`. */
export function addStripeCommands(program: Command, context: CommandContext): Command {
  const stripe = program
    .command('stripe')
    .description('what Stripe has told, what is on record of it, and what is brought in from it');
  addInboxCommands(stripe, context);
  addReconcileCommands(stripe, context);
  addImportCommand(stripe, context);
  addCatalogueCommand(stripe, context);
  return stripe;
}
