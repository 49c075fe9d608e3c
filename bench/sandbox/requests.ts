import type { Answer, Ask } from './client.ts';

/** Somebody in the sandbox who has subscribed. */
export interface Subscriber {
  readonly customer: string;
  readonly subscription: string;
  readonly item: string;
}

/** An ordinary request, asked about one subscriber after the other. */
export interface OrdinaryRequest {
  readonly title: string;
  /** What it must answer. */
  readonly object: string;
  ask(ask: Ask, subscriber: Subscriber, turn: number): Promise<Answer>;
}

export const ordinaryRequests: readonly OrdinaryRequest[] = [
  {
    title: 'create a customer',
    object: 'customer',
    ask: (ask, _subscriber, turn) =>
      ask('POST', '/v1/customers', {
        'email': `buyer-${turn}@example.com`,
        'name': 'A buyer',
        'metadata[turn]': String(turn),
      }),
  },
  {
    title: 'retrieve a customer',
    object: 'customer',
    ask: (ask, { customer }) => ask('GET', `/v1/customers/${customer}`),
  },
  {
    title: 'update a subscription, prorated',
    object: 'subscription',
    ask: (ask, { subscription, item }, turn) =>
      ask('POST', `/v1/subscriptions/${subscription}`, {
        'items[0][id]': item,
        'items[0][quantity]': String(1 + (turn % 5)),
      }),
  },
  {
    title: 'preview an invoice',
    object: 'invoice',
    ask: (ask, { customer, subscription }) =>
      ask('POST', '/v1/invoices/create_preview', { customer, subscription }),
  },
  {
    title: 'list ten subscriptions',
    object: 'list',
    ask: (ask) => ask('GET', '/v1/subscriptions', { limit: '10' }),
  },
];

/** Makes customers who have subscribed by card. */
export async function makeSubscribers(ask: Ask, count: number): Promise<Subscriber[]> {
  const price = await ask('POST', '/v1/prices', {
    'currency': 'usd',
    'unit_amount': '1999',
    'recurring[interval]': 'month',
    'product_data[name]': 'Monthly',
  });
  const made: Subscriber[] = [];
  while (made.length < count) made.push(await subscribe(ask, price.id!));
  return made;
}

async function subscribe(ask: Ask, price: string): Promise<Subscriber> {
  const customer = await ask('POST', '/v1/customers', {
    'payment_method': 'pm_card_visa',
    'invoice_settings[default_payment_method]': 'pm_card_visa',
  });
  const subscription = await ask('POST', '/v1/subscriptions', {
    'customer': customer.id!,
    'items[0][price]': price,
  });
  return {
    customer: customer.id!,
    subscription: subscription.id!,
    item: subscription.items!.data[0]!.id,
  };
}
