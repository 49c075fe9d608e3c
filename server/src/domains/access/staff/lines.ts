// pure
import { maxQuantity, minQuantity, type Quantity } from '@whisperforge/kernel/quantity';
import { termsOf, type Catalog, type PlanVersion } from '../../plans/index.ts';
import type { AccessProfile } from '../profile.ts';

/** How much of a feature there is before and after a deed; `null` is unlimited. */
export interface DeedLine {
  readonly feature: string;
  readonly before: Quantity | null;
  readonly after: Quantity | null;
}

/** The counted features of which a deed has changed the limit. */
export function changedLines(before: AccessProfile, after: AccessProfile): DeedLine[] {
  return before.features.flatMap(({ feature, balance }) => {
    if (balance === null) return [];
    const now = after.features.find((each) => each.feature.key === feature.key)?.balance ?? null;
    if (now === null) return [];
    return changed({ feature: feature.key, before: limitOf(balance), after: limitOf(now) });
  });
}

/** What an amount more would make of a feature's limit. */
export function boostedLines(
  before: AccessProfile,
  boost: { readonly feature: string; readonly amount: Quantity },
): DeedLine[] {
  return before.features.flatMap(({ feature, balance }) => {
    if (feature.key !== boost.feature || balance === null) return [];
    const limit = limitOf(balance);
    const after = limit === null ? null : limit + boost.amount;
    return changed({ feature: feature.key, before: limit, after });
  });
}

/** What another plan would make of the limits, with the boosts and packs that there are. */
export function plannedLines(
  before: AccessProfile,
  catalog: Catalog,
  plan: PlanVersion,
): DeedLine[] {
  return before.features.flatMap(({ feature, terms, balance }) => {
    if (balance === null) return [];
    const limit = limitOf(balance);
    const included = includedOf(terms);
    const next = includedOf(termsOf(catalog, plan, feature.key));
    const added = limit === null || included === null ? 0n : limit - included;
    const after = next === null ? null : next + added;
    return changed({ feature: feature.key, before: limit, after });
  });
}

/** What the end of a boost would leave of a feature's limit: what it has covered stays covered. */
export function unboostedLines(
  before: AccessProfile,
  boost: { readonly feature: string; readonly amount: Quantity },
): DeedLine[] {
  return before.features.flatMap(({ feature, balance }) => {
    if (feature.key !== boost.feature || balance === null) return [];
    const limit = limitOf(balance);
    if (limit === null) return [];
    const taken = minQuantity(limit, balance.used + balance.reserved);
    const after = maxQuantity(limit - boost.amount, taken);
    return changed({ feature: feature.key, before: limit, after });
  });
}

function changed(line: DeedLine): DeedLine[] {
  return line.before === line.after ? [] : [line];
}

type Balance = NonNullable<AccessProfile['features'][number]['balance']>;

function limitOf({ baseLimit, packAmount }: Balance): Quantity | null {
  return baseLimit === null ? null : baseLimit + packAmount;
}

function includedOf(terms: AccessProfile['features'][number]['terms']): Quantity | null {
  return terms?.kind === 'metered' || terms?.kind === 'level' ? terms.limit : 0n;
}
