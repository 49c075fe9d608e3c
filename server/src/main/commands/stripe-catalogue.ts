import type { Command } from 'commander';
import { formatMoney, money } from '@whisperforge/kernel/money';
import type { PriceToPush, PushDecision } from '../../domains/billing/index.ts';
import { AppError } from '../../platform/errors.ts';
import { table, withApplication, type CommandContext } from './context.ts';

const PRICES_CONFLICT = { code: 'stripe_price_conflict', kind: 'conflict' } as const;

/** `stripe catalogue`. */
export function addCatalogueCommand(stripe: Command, context: CommandContext): void {
  stripe
    .command('catalogue')
    .description('bring products and prices to Stripe; ends with 1 if any there is another')
    .option('--dry-run', 'only say what would be made')
    .action((options: { dryRun?: boolean }) => pushCatalogue(options, context));
}

async function pushCatalogue(
  { dryRun: isDry = false }: { dryRun?: boolean },
  context: CommandContext,
): Promise<void> {
  await withApplication(context, async ({ catalogue }) => {
    const decision = isDry ? await catalogue.preview() : await catalogue.push();
    context.print(describePush(decision, isDry));
    const { conflicts } = decision;
    if (conflicts.length === 0) return;
    const named = conflicts.map(({ lookupKey, stripePriceId, difference }) => {
      return `${lookupKey} (${stripePriceId}) ${difference}`;
    });
    const message = `Left as they are at Stripe:\n  ${named.join('\n  ')}`;
    throw new AppError(PRICES_CONFLICT, { message });
  });
}

function describePush({ products, prices, found }: PushDecision, isDry: boolean): string {
  const made = isDry ? 'would be made' : 'made';
  const rows = [
    ...products.map(({ id, name }) => ['product', id, name, made]),
    ...prices.map(({ price }) => ['price', price.lookupKey, amountOf(price), made]),
  ];
  const standing = `${found.length} prices stand at Stripe as they do here.`;
  if (rows.length === 0) return standing;
  return [table([['WHAT', 'NAME', 'IS', ''], ...rows]), standing].join('\n');
}

function amountOf({ amountMinor, currency, billingCycle }: PriceToPush): string {
  const amount = `${formatMoney(money(amountMinor, currency))} ${currency}`;
  return `${amount} ${billingCycle ?? 'once'}`;
}
