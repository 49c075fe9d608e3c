// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatMoney, money } from '@whisperforge/kernel/money';
import { formatQuantity } from '@whisperforge/kernel/quantity';
import { csvLine } from '../../pricing/index.ts';
import type { ListedUser } from './listed-user.ts';

const COLUMNS: readonly (readonly [string, (user: ListedUser) => string | null])[] = [
  ['user', ({ externalId }) => externalId],
  ['email', ({ email }) => email],
  ['name', ({ name }) => name],
  ['plan', ({ plan }) => plan],
  ['plan_source', ({ planSource }) => planSource],
  ['restriction', ({ restriction }) => restriction],
  ['status', ({ status }) => status],
  ['source', ({ source }) => source],
  ['billing_cycle', ({ billingCycle }) => billingCycle],
  ['renews_at', ({ renewsMs }) => (renewsMs === null ? null : formatInstant(renewsMs))],
  ['mrr', ({ mrrMinor, currency }) => formatMoney(money(mrrMinor, currency))],
  ['currency', ({ currency }) => currency],
  ['usage_feature', ({ usage }) => usage && usage.feature],
  ['usage_used', ({ usage }) => usage && formatQuantity(usage.used)],
  ['usage_limit', ({ usage }) => usage && formatQuantity(usage.limit)],
  ['usage_percent', ({ usage }) => usage && (usage.shareBasisPoints / 100).toFixed(2)],
  ['came_from', ({ cameFrom }) => cameFrom],
  ['country', ({ country }) => country],
  ['created_at', ({ signedUpMs }) => formatInstant(signedUpMs)],
  ['account_id', ({ accountId }) => String(accountId)],
  ['stripe_customer_id', ({ stripeCustomerId }) => stripeCustomerId],
];

export function csvHeader(): string {
  return csvLine(COLUMNS.map(([name]) => name));
}

export function csvOf(user: ListedUser): string {
  return csvLine(COLUMNS.map(([, valueOf]) => valueOf(user) ?? ''));
}
