import type { Step } from './run-steps.ts';
import { drawn } from './drawn.ts';

/** What the business knows elsewhere, what the server has measured, and how quotas stood. */
export function inputsOf(customers: number): Step[] {
  const days = `(SELECT day::date, n FROM bench_span, generate_series(starts_at::date - 1,
    ends_at::date, interval '1 day') WITH ORDINALITY AS days(day, n)) days`;
  return [
    {
      title: 'rates, spend, tickets and answers',
      text: `INSERT INTO exchange_rates (base, currency, day, rate, source, recorded_at)
        SELECT 'usd', 'eur', day, 1.05 + ${drawn(71)} % 1000 / 10000.0, 'bench', day
        FROM ${days} WHERE n = 1 OR extract(isodow FROM day) < 6;
        INSERT INTO marketing_spend (channel, campaign, starts_on, ends_on, amount_minor, currency,
          recorded_at)
        SELECT channel, '', day, day + 7, 100000 + ${drawn(72)} % 100000, 'usd', day
        FROM ${days}, unnest(ARRAY['ads', 'content', 'partner']) channel WHERE n % 7 = 0;
        INSERT INTO support_tickets (origin, ticket_key, user_key, account_id, plan, priority,
          opened_at, first_response_at, closed_at, satisfaction, recorded_at)
        SELECT 'desk', 't' || n, 'user_' || account, account, '', (ARRAY['low','high'])[1 + n % 2],
          at, at + interval '3 hours', at + interval '2 days', 1 + ${drawn(73)} % 5, at
        FROM generate_series(1, ${Math.ceil(customers / 2)}) n, LATERAL (SELECT
          1 + ${drawn(74)} % ${customers} AS account, (SELECT ends_at FROM bench_span)
            - ${drawn(75)} % 90000000 * interval '1 second' AS at) made;
        INSERT INTO survey_answers (origin, answer_key, kind, score, user_key, account_id, plan,
          answered_at, comment, recorded_at)
        SELECT 'link', 'a' || n, 'nps', ${drawn(76)} % 11, 'user_' || account, account, '', at, '',
          at
        FROM generate_series(1, ${Math.ceil(customers / 4)}) n, LATERAL (SELECT
          1 + ${drawn(77)} % ${customers} AS account, (SELECT ends_at FROM bench_span)
            - ${drawn(78)} % 90000000 * interval '1 second' AS at) made`,
    },
    {
      title: 'requests by route and hour, and quotas nearly used up',
      text: `INSERT INTO route_days (day, method, route, key_id, status, bucket, requests,
          duration_us)
        SELECT day, 'POST', '/v1/' || route, 1, status, bucket, 1000, 5000000
        FROM ${days}, unnest(ARRAY['check','track','reservations','plans','users']) route,
          unnest(ARRAY[200, 400, 500]) status, generate_series(3, 8) bucket;
        INSERT INTO route_hours (hour, method, route, key_id, status, bucket, requests, duration_us)
        SELECT day + hour * interval '1 hour', method, route, key_id, status, bucket, 40, 200000
        FROM route_days, generate_series(0, 23) hour
        WHERE day > (SELECT ends_at::date - 100 FROM bench_span) AND bucket < 5;
        INSERT INTO server_days SELECT day, 1440, day::timestamptz FROM ${days};
        INSERT INTO quota_pressure (day, account_id, feature, plan, used, quota)
        SELECT day, account, 'audio_minutes', 'pro', 50 + n % 20, 60
        FROM ${days}, generate_series(1, ${Math.ceil(customers / 50)}) account`,
    },
  ];
}
