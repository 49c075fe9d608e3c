const news = (id: number, kind: string, more: object): string => {
  const ada = { user: 'u_3f81a2', name: 'Ada Lovelace', plan: null, amount: null };
  const data = { id, at: '2026-03-10T11:58:00.000Z', kind, ...ada, ...more };
  return `id: ${id}\nevent: news\ndata: ${JSON.stringify(data)}\n\n`;
};

/** As many as a stream begins with at most, in one burst. */
const EARLIER = Array.from({ length: 50 }, (_, index) => news(index + 1, 'sign_up', {}));

/** Ends at once, and is not asked for again while somebody looks. */
export const LIVE = [
  'retry: 600000\n\n',
  ...EARLIER,
  news(51, 'subscription', { plan: 'business' }),
  news(52, 'payment', { amount: { amount_minor: 4_900, currency: 'usd' } }),
  news(53, 'payment_failed', { name: null, user: 'auth0|63f2' }),
  news(54, 'publication', { name: null, user: null, plan: 'pro' }),
].join('');
