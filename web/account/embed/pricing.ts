/**
 * `<wf-pricing>`: the pricing table on other sites. It reads the public catalogue, sends no cookie
 * and leaves the page around it alone.
 *
 *     <script async src="https://pay.example.com/embed/pricing.js"></script>
 *     <wf-pricing data-currency="usd" data-cycle="yearly"
 *       data-buy-url="https://app.example.com/buy?plan={plan}&cycle={billing_cycle}"></wf-pricing>
 */
import type { Cycle, Plan, Plans } from '../src/api/contract.ts';
import { STYLE } from './style.ts';
import { renderPricing } from './table.ts';

/** The server that this script comes from; a module would not know, so this is none. */
const script = document.currentScript;
const home = script instanceof HTMLScriptElement ? new URL(script.src).origin : '';

class PricingElement extends HTMLElement {
  static readonly observedAttributes = ['data-currency', 'data-cycle', 'data-buy-url', 'data-api'];

  private readonly shadow = this.attachShadow({ mode: 'open' });
  private plans: readonly Plan[] | undefined;
  private chosen: Cycle | undefined;
  private asked = 0;

  connectedCallback(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.shadow.adoptedStyleSheets = [sheet];
    void this.load();
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected) return;
    if (name === 'data-cycle') this.chosen = undefined;
    if (name === 'data-api') void this.load();
    else this.show();
  }

  private async load(): Promise<void> {
    this.asked += 1;
    const question = this.asked;
    this.say('Loading the prices …');
    const plans = await this.read();
    if (question !== this.asked) return;
    this.plans = plans;
    if (plans !== undefined) return this.show();
    const retry = document.createElement('button');
    retry.type = 'button';
    retry.textContent = 'Try again';
    retry.addEventListener('click', () => void this.load());
    this.say('The prices cannot be loaded at the moment. ', retry);
  }

  private async read(): Promise<readonly Plan[] | undefined> {
    try {
      const api = this.dataset['api'] ?? home;
      const response = await fetch(`${api}/v1/plans`, { credentials: 'omit' });
      return response.ok ? ((await response.json()) as Plans).data : undefined;
    } catch {
      return undefined;
    }
  }

  private say(text: string, ...more: HTMLElement[]): void {
    const line = document.createElement('p');
    line.setAttribute('role', 'status');
    line.append(text, ...more);
    this.shadow.replaceChildren(line);
  }

  private show(): void {
    if (this.plans === undefined) return;
    const { currency, cycle, buyUrl } = this.dataset;
    const active = this.shadow.activeElement?.id;
    const parts = renderPricing(this.plans, {
      currency: currency?.toLowerCase(),
      cycle: this.chosen ?? (cycle === 'yearly' ? 'yearly' : 'monthly'),
      buyUrl,
      onCycle: (chosen) => {
        this.chosen = chosen;
        this.show();
      },
    });
    this.shadow.replaceChildren(...parts);
    if (active !== undefined) this.shadow.getElementById(active)?.focus();
  }
}

if (customElements.get('wf-pricing') === undefined) {
  customElements.define('wf-pricing', PricingElement);
}
