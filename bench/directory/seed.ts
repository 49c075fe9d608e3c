import pg from 'pg';
import { DAY_MS } from '@whisperforge/kernel/period';
import { formatInstant } from '@whisperforge/kernel/clock';
import { SCHEMA } from '../database.ts';

export interface DirectorySize {
  readonly users: number;
  readonly events: number;
}

/**
 * A company of many years, made by the database from numbers: a quarter of the users subscribe, a
 * tenth has left again, names and addresses are made of syllables, as different as real ones are.
 */
export async function seedDirectory(
  databaseUrl: string,
  { users, events }: DirectorySize,
  { nowMs, tell }: { readonly nowMs: number; readonly tell: (line: string) => void },
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET search_path = ${SCHEMA}, public`);
    await client.query('SET synchronous_commit = off');
    const now = formatInstant(nowMs);
    for (const { title, text } of peopleOf(now, users)) {
      tell(`${title} …`);
      await client.query(text);
    }
    await makePartitions(client, nowMs);
    tell(`${events} usage events …`);
    await client.query(usageOf(now, { users, events }));
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}

interface Step {
  readonly title: string;
  readonly text: string;
}

/** Spread over 64 to the power of the number of syllables. */
const SYLLABLES = `ARRAY['ka','lo','mi','ran','tes','vu','bel','dor','fi','gan','hel','is','jo',
  'kur','lan','mor','nim','os','pel','qui','ros','sta','tur','ul','ven','wil','xan','yor','zel',
  'bra','cle','dra','eth','flo','gri','har','ing','jas','kri','lum','mar','ned','ola','pri','ral',
  'sen','tho','ume','vik','wes','yan','zor','ash','bin','cor','del','ebe','far','gus','hol','ira',
  'jun','kel','lis']`;

const syllable = (number: string): string => `(${SYLLABLES})[1 + (${number}) % 64]`;
/** The same for the same number, and unlike that of the next. */
const drawn = (salt: string): string => `abs(hashint8extended(n, ${salt}))`;

function peopleOf(now: string, users: number): Step[] {
  const at = `'${now}'::timestamptz`;
  const signedUp = `${at} - (1 + ${drawn('3')} % 1500) * interval '1 day' - n * interval '1 ms'`;
  const first = `${syllable(drawn('11'))} || ${syllable(`${drawn('12')} % 9`)}`;
  const last = `${syllable(drawn('13'))} || ${syllable(drawn('14'))} || ${syllable(drawn('15'))}`;
  const customer = `CASE WHEN ${drawn('4')} % 100 < 35 THEN 'cus_' || md5('c' || n) END`;
  return [
    {
      title: `${users} accounts`,
      text: `INSERT INTO accounts (currency, quota_anchor, created_at, stripe_customer_id)
        SELECT CASE WHEN n % 5 = 0 THEN 'eur' ELSE 'usd' END, ${signedUp}, ${signedUp}, ${customer}
        FROM generate_series(1, ${users}) n`,
    },
    {
      title: 'their users',
      text: `INSERT INTO users (external_id, account_id, email, name, source, signed_up_at,
          created_at, updated_at, stripe_customer_id)
        SELECT 'user_' || n, n, first || '.' || last || n % 1000 || '@' ||
            (ARRAY['mail.example','post.example','web.example','firm.example'])[1 + n % 4],
          initcap(first || ' ' || last), (ARRAY['search','friend','campaign'])[1 + n % 3],
          ${signedUp}, ${signedUp}, ${signedUp}, ${customer}
        FROM generate_series(1, ${users}) n,
          LATERAL (SELECT ${first} AS first, ${last} AS last) named`,
    },
    {
      title: 'their owners and anchors',
      text: `UPDATE accounts SET owner_user_id = users.id FROM users WHERE account_id = accounts.id;
        INSERT INTO quota_anchors SELECT id, quota_anchor FROM accounts`,
    },
    ...subscriptionsOf(at, users),
    ...storyOf(at, users),
  ];
}

function subscriptionsOf(at: string, users: number): Step[] {
  const plan = `(SELECT id FROM subscription_plans WHERE is_current AND slug =
    CASE WHEN ${drawn('5')} % 100 < 1 THEN 'enterprise' WHEN ${drawn('5')} % 100 < 20
    THEN 'business' ELSE 'pro' END)`;
  const status = `CASE WHEN ended THEN 'canceled' WHEN ${drawn('6')} % 100 < 3 THEN 'past_due'
    WHEN ${drawn('6')} % 100 < 8 THEN 'trialing' ELSE 'active' END`;
  const cycle = `CASE WHEN n % 3 = 0 THEN 'yearly' ELSE 'monthly' END`;
  return [
    {
      title: 'subscriptions',
      text: `INSERT INTO user_subscriptions (account_id, user_id, plan_id, status, source,
          billing_cycle, started_at, current_period_start, current_period_end, past_due_since,
          ended_at, stripe_subscription_id, created_at, updated_at)
        SELECT n, owner_user_id, plan_id, status, 'stripe', ${cycle}, started, ${at},
          ${at} + n % 30 * interval '1 day',
          CASE WHEN status = 'past_due' THEN ${at} - interval '2 days' END,
          CASE WHEN ended THEN ${at} - interval '20 days' END, 'sub_' || md5('s' || n), started,
          started
        FROM (SELECT id AS n, owner_user_id, quota_anchor + interval '1 hour' AS started,
            ${drawn('7').replaceAll('n,', 'id,')} % 7 = 0 AS ended FROM accounts
            WHERE stripe_customer_id IS NOT NULL) of_account,
          LATERAL (SELECT ${plan} AS plan_id, ${status} AS status) drawn`,
    },
    {
      title: 'their history',
      text: `INSERT INTO subscription_changes (account_id, subscription_key, source, effective_at,
          recorded_at, cause, status, currency, items, discounts, plan_ids)
        SELECT s.account_id, stripe_subscription_id, 'stripe', s.started_at, s.started_at,
          'started', s.status, a.currency,
          jsonb_build_array(jsonb_build_object('priceId', 'price_1', 'planId', plan_id,
            'unitAmountDecimal', CASE WHEN billing_cycle = 'yearly' THEN '18240' ELSE '1900' END,
            'currency', a.currency, 'interval', CASE WHEN billing_cycle = 'yearly' THEN 'year'
            ELSE 'month' END, 'intervalCount', 1, 'quantity', 1, 'isMetered', false)),
          '[]', ARRAY[plan_id]
        FROM user_subscriptions s JOIN accounts a ON a.id = s.account_id
        ORDER BY s.account_id`,
    },
    {
      title: 'quota periods',
      text: `INSERT INTO balances (account_id, feature, period_start, period_end, used, reserved,
          base_limit, pack_amount, pack_burned, boost_covered, beyond, access_version,
          catalog_version, computed_at, revision)
        SELECT n, 'audio_minutes', ${at} - n % 28 * interval '1 day' - interval '1 hour',
          ${at} + (30 - n % 28) * interval '1 day', ${drawn('8')} % 60, 0, 60, 0, 0, 0, 0, 1,
          (SELECT version FROM catalog), ${at}, 1
        FROM generate_series(1, ${users}) n WHERE ${drawn('9')} % 100 < 60`,
    },
  ];
}

/** What else a timeline tells: invoices, mails, events of Stripe, what staff did. */
function storyOf(at: string, users: number): Step[] {
  return [
    {
      title: 'invoices, mails and events of Stripe',
      text: `INSERT INTO invoices (stripe_invoice_id, account_id, number, status, currency,
          subtotal_minor, total_minor, amount_due_minor, amount_paid_minor,
          amount_remaining_minor, attempt_count, created_at, paid_at, lines, metadata, updated_at)
        SELECT 'in_' || md5(s.id || '.' || month), s.account_id, 'WF-' || s.id || '-' || month,
          'paid', 'usd', 1900, 1900, 1900, 1900, 0, 1, paid, paid, '[]', '{}', paid
        FROM user_subscriptions s, generate_series(0, 3) month,
          LATERAL (SELECT ${at} - month * interval '30 days' AS paid) paid;
        INSERT INTO mail_messages (key, account_id, audience, kind, data, state, due_at,
          created_at, subject, sent_at)
        SELECT 'receipt:' || stripe_invoice_id, account_id, 'customer', 'receipt', '{}', 'sent',
          paid_at, paid_at, 'Your receipt', paid_at FROM invoices;
        INSERT INTO stripe_events (id, type, created_at, received_at, stripe_customer_id, payload,
          state, handled_at)
        SELECT 'evt_' || substr(i.stripe_invoice_id, 4), 'invoice.paid', paid_at, paid_at,
          a.stripe_customer_id, '{}', 'done', paid_at
        FROM invoices i JOIN accounts a ON a.id = i.account_id`,
    },
    {
      title: 'deeds of staff',
      text: `INSERT INTO audit_entries (recorded_at, actor_kind, actor_id, action, subject_kind,
          subject_id, account_id, reason)
        SELECT ${at} - n % 300 * interval '1 day', 'staff', '1', 'access.quota_boosted',
          'override', n, n, 'asked for more' FROM generate_series(1, ${users}, 5) n`,
    },
  ];
}

const MONTHS = 2;

/** As the daily job makes them, for as long as the events reach back. */
async function makePartitions(client: pg.Client, nowMs: number): Promise<void> {
  const first = new Date(nowMs - MONTHS * 30 * DAY_MS);
  for (let month = 0; month <= MONTHS + 1; month += 1) {
    const bound = (ahead: number): string =>
      new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + month + ahead)).toISOString();
    const name = `usage_events_${bound(0).slice(0, 7).replace('-', '_')}`;
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF usage_events
       FOR VALUES FROM ('${bound(0)}') TO ('${bound(1)}')`,
    );
  }
}

/** Most users with a few events, and every thousandth with a thousand times as many. */
function usageOf(now: string, { users, events }: DirectorySize): string {
  return `INSERT INTO usage_events (account_id, user_id, event_type, occurred_at, recorded_at,
      resource_consumed, cost_cents, counted, over_limit, late)
    SELECT account, account, 'audio_processed', at, at, 1 + n % 9, 0.25,
      '{"audio_minutes": "1"}', false, false
    FROM generate_series(1, ${events}) n,
      LATERAL (SELECT CASE WHEN n % 2 = 0 THEN 1 + n % ${users}
          ELSE 1 + n % greatest(${users} / 1000, 1) * 1000 END AS account,
        '${now}'::timestamptz - ${drawn('21')} % (${MONTHS} * 30 * 86400) * interval '1 second'
          AS at) made
    WHERE account <= ${users}`;
}
