/** Everything that there may be, by the paths of its lists. */
const LISTS = [
  'customers',
  'products',
  'prices',
  'coupons',
  'subscriptions',
  'invoices',
  'invoiceitems',
  'charges',
  'refunds',
  'payment_intents',
  'setup_intents',
  'test_helpers/test_clocks',
  'webhook_endpoints',
  'events',
] as const;

const KEY = { authorization: 'Bearer sk_test_123' };

interface Page {
  readonly data: readonly { readonly id: string }[];
  readonly has_more: boolean;
}

export interface Place {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
}

/** All objects by their ids, as GETs of the lists show them: the newest, or every one. */
export async function seenAt(place: Place, isWhole: boolean): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  for (const list of LISTS) {
    for (let after = ''; ;) {
      const status = list === 'subscriptions' ? '&status=all' : '';
      const from = after === '' ? '' : `&starting_after=${after}`;
      const address = `${place.url}/v1/${list}?limit=100${status}${from}`;
      const response = await fetch(address, { headers: KEY });
      const page = (await response.json()) as Page;
      for (const object of page.data) {
        if (seen.has(object.id)) throw new Error(`${object.id} is listed twice`);
        const text = comparable(object);
        // Which webhooks have been confirmed is a matter of time until all of them are.
        seen.set(object.id, isWhole ? text : text.replace(/"pending_webhooks":\d+/, ''));
      }
      after = page.data.at(-1)?.id ?? '';
      if (!isWhole || !page.has_more) break;
    }
  }
  return seen;
}

/** A run has addresses of its own, and each start numbers its requests anew. */
export function comparable(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+(?:\/hooks\/\w+)?/g, '')
    .replaceAll(/"req_\w+"/g, '"req"');
}

/** What is not the same at two places, in a few lines. */
export function differences(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): string[] {
  const found: string[] = [];
  for (const id of new Set([...one.keys(), ...other.keys()])) {
    const [here, there] = [one.get(id), other.get(id)];
    if (here === there) continue;
    if (here === undefined || there === undefined) {
      found.push(`${id} is ${here === undefined ? 'lost' : 'too many'}`);
      continue;
    }
    const at = Array.from(here).findIndex((character, index) => character !== there[index]);
    const near = (text: string): string => text.slice(Math.max(0, at - 80), at + 80);
    found.push(`${id}: ${near(here)} instead of ${near(there)}`);
  }
  return found.slice(0, 20);
}

/** Resolves when no clock is under way and no event has to be sent any more. */
export async function settled({ url }: Place): Promise<void> {
  for (;;) {
    const clocks = await fetch(`${url}/v1/test_helpers/test_clocks?limit=100`, { headers: KEY });
    const { data } = (await clocks.json()) as { readonly data: readonly { status: string }[] };
    const state = await fetch(`${url}/_sandbox/state`);
    const { counts } = (await state.json()) as { readonly counts: Record<string, number> };
    const isReady = data.every(({ status }) => status === 'ready');
    if (isReady && (counts['deliveries'] ?? 0) === 0) return;
  }
}
