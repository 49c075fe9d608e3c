import type { Step } from './run-steps.ts';
import { drawn, share, word } from './drawn.ts';

const COUNTRIES = ['US', 'DE', 'GB', 'FR', 'CA', 'NL', 'ES', 'IT', 'SE', 'AU', 'JP', 'BR'];
const SOURCES = ['search', 'ads', 'friend', 'content', 'partner', 'direct'];
const CAMPAIGNS = ['', '', '', 'spring', 'launch', 'podcast', 'webinar', 'summer'];

/** Of three users two become customers; more and more come, and a fifth of them pays in euros. */
export function peopleOf(customers: number): Step[] {
  const users = Math.ceil(customers * 1.5);
  const from = `(SELECT starts_at FROM bench_span)`;
  const span = `(SELECT ends_at - starts_at FROM bench_span)`;
  const signedUp = `${from} + ${span} * power(${share(1)}, 0.7)`;
  return [
    {
      title: `${users} accounts`,
      text: `INSERT INTO accounts (currency, quota_anchor, created_at, stripe_customer_id)
        SELECT CASE WHEN ${drawn(2)} % 5 = 0 THEN 'eur' ELSE 'usd' END, ${signedUp}, ${signedUp},
          'cus_' || n FROM generate_series(1, ${users}) n`,
    },
    {
      title: 'their users',
      text: `INSERT INTO users (external_id, account_id, email, country, source, campaign,
          signed_up_at, created_at, updated_at, metadata)
        SELECT 'user_' || n, n, 'user' || n || '@mail.example', ${word(COUNTRIES, 3)},
          ${word(SOURCES, 4)}, nullif(${word(CAMPAIGNS, 5)}, ''), created_at, created_at,
          created_at, '{}'
        FROM accounts, LATERAL (SELECT id AS n) numbered;
        UPDATE accounts SET owner_user_id = users.id FROM users WHERE account_id = accounts.id;
        INSERT INTO quota_anchors SELECT id, quota_anchor FROM accounts`,
    },
  ];
}
