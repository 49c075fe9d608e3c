import { dayIn } from '@whisperforge/kernel/period';
import { formatMoney, money } from '@whisperforge/kernel/money';
import type { Annotation } from './annotation.ts';

/** A version of a plan as it was published, with its prices. */
export interface PublishedVersion {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly version: number;
  readonly publishedMs: number;
  readonly prices: readonly {
    readonly cycle: string;
    readonly currency: string;
    readonly amountMinor: number;
  }[];
}

/**
 * What was published, as marks beside the figures. A version whose prices are others than those of
 * the one before is a change of price, and says which.
 */
export function decidePublications(
  versions: readonly PublishedVersion[],
  timeZone: string,
): Annotation[] {
  const byPlan = Map.groupBy(versions, ({ slug }) => slug);
  return [...byPlan.values()].flatMap((ofPlan) => {
    const inOrder = ofPlan.toSorted((a, b) => a.version - b.version);
    return inOrder.map((version, index) => markOf(version, inOrder[index - 1], timeZone));
  });
}

function markOf(
  version: PublishedVersion,
  before: PublishedVersion | undefined,
  timeZone: string,
): Annotation {
  const changes = before === undefined ? [] : changedPrices(before, version);
  const said = `${version.name}, version ${version.version}`;
  return {
    id: null,
    serial: version.id,
    day: dayIn(timeZone, version.publishedMs),
    untilDay: null,
    kind: changes.length > 0 ? 'price' : 'publication',
    title: changes.length > 0 ? `New prices: ${said}` : `Published: ${said}`,
    detail: changes.join('; '),
    staffName: null,
    revision: null,
  };
}

/** `monthly: 19.00 to 24.00 USD`. */
function changedPrices(before: PublishedVersion, after: PublishedVersion): string[] {
  return after.prices.flatMap(({ cycle, currency, amountMinor }) => {
    const old = before.prices.find((price) => price.cycle === cycle && price.currency === currency);
    if (old === undefined || old.amountMinor === amountMinor) return [];
    const [from, to] = [old.amountMinor, amountMinor].map((minor) =>
      formatMoney(money(minor, currency)),
    );
    return [`${cycle}: ${from} to ${to} ${currency.toUpperCase()}`];
  });
}
