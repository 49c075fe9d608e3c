import type { Cycle, Plan } from '../src/api/contract.ts';
import { showMoney, showPrice } from '../../ui/money.ts';
import { distinguishing, showTerms } from '../src/words/plan-terms.ts';
import { commonSaving, currenciesOf, monthlyShare, priceOf } from '../src/words/prices.ts';

export interface PricingOptions {
  /** The first that anything is sold in, where nothing is said. */
  readonly currency: string | undefined;
  readonly cycle: Cycle;
  /** Where a plan is bought, with `{plan}`, `{billing_cycle}` and `{currency}` to be filled in. */
  readonly buyUrl: string | undefined;
  readonly onCycle: (cycle: Cycle) => void;
}

/** The switch between the cycles, and a card for each plan. */
export function renderPricing(plans: readonly Plan[], options: PricingOptions): HTMLElement[] {
  const currency = options.currency ?? currenciesOf(plans)[0] ?? 'usd';
  const special = distinguishing(plans);
  const saving = commonSaving(plans, currency);
  const list = element('ul', { class: 'plans' });
  for (const plan of plans) list.append(renderPlan(plan, { ...options, currency }, special));
  return [renderSwitch(options, saving), list];
}

function renderSwitch({ cycle, onCycle }: PricingOptions, saving: number | null): HTMLElement {
  const group = element('div', { 'class': 'switch', 'role': 'group', 'aria-label': 'Billing' });
  const yearly = saving === null ? 'Yearly' : `Yearly, ${saving}% less`;
  for (const [value, label] of [
    ['monthly', 'Monthly'],
    ['yearly', yearly],
  ] as const) {
    const isPressed = String(value === cycle);
    const button = element('button', { 'type': 'button', 'id': value, 'aria-pressed': isPressed });
    button.append(label);
    button.addEventListener('click', () => onCycle(value));
    group.append(button);
  }
  return group;
}

function renderPlan(
  plan: Plan,
  options: PricingOptions & { readonly currency: string },
  special: ReadonlySet<string>,
): HTMLElement {
  const card = element('li', { part: 'plan' });
  const terms = element('dl', {});
  for (const feature of plan.features) {
    if (!feature.granted || !special.has(feature.feature)) continue;
    const row = element('div', {});
    row.append(element('dt', {}, feature.name), element('dd', {}, showTerms(feature)));
    terms.append(row);
  }
  card.append(
    element('h3', {}, plan.name),
    element('p', { class: 'quiet' }, plan.description),
    ...renderPrice(plan, options),
    terms,
  );
  return card;
}

function renderPrice(
  plan: Plan,
  { cycle, currency, buyUrl }: PricingOptions & { readonly currency: string },
): HTMLElement[] {
  const price = priceOf(plan.prices, { cycle, currency });
  const free = priceOf(plan.prices, { cycle: 'monthly', currency });
  const isFree = free?.amountMinor === 0;
  const line = element('p', { class: 'price' });
  const note = element('p', { class: 'quiet' });
  if (isFree) line.append(element('strong', {}, showPrice(free)));
  else if (price === undefined) line.append(element('strong', {}, absence(plan, cycle)));
  else {
    const every = cycle === 'yearly' ? ' a year' : ' a month';
    line.append(element('strong', {}, showPrice(price)), every);
    const share = cycle === 'yearly' ? monthlyShare(price) : null;
    if (share !== null) note.append(`${showMoney(share)} a month`);
  }
  const href = price === undefined && !isFree ? null : buyHref(buyUrl, plan.slug, cycle, currency);
  // As many parts in every card, because what stands side by side shares its rows.
  if (href === null) return [line, note, element('span', {})];
  const buy = element('a', { href, part: 'buy' }, `Choose ${plan.name}`);
  return [line, note, buy];
}

function absence(plan: Plan, cycle: Cycle): string {
  if (plan.prices.length === 0) return 'By agreement';
  return cycle === 'yearly' ? 'Not sold by the year' : 'Not sold by the month';
}

/** Only addresses of the web: what a template says may come from elsewhere. */
function buyHref(
  template: string | undefined,
  plan: string,
  cycle: Cycle,
  currency: string,
): string | null {
  if (template === undefined || template === '') return null;
  const values: Readonly<Record<string, string>> = { plan, billing_cycle: cycle, currency };
  const filled = template.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    values[name] === undefined ? whole : encodeURIComponent(values[name]),
  );
  const url = URL.parse(filled, document.baseURI);
  return url !== null && /^https?:$/.test(url.protocol) ? url.href : null;
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  text?: string,
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
