import { may } from '../../../platform/permissions.ts';
import {
  exchangeOf,
  route,
  staffOf,
  TextFile,
  type Exchange,
  type Route,
  type Staff,
} from '../../../platform/routes.ts';
import { Input } from '../../../platform/schemas.ts';
import { STAFF_COOKIE } from '../../staff/index.ts';
import { eventOf } from './connection.ts';
import type { Live } from './live.ts';
import { newsAnswer } from './news.ts';

/** Who a cookie or a token belongs to, by rows as they are now. */
export interface StaffByRows {
  bySession(secret: string): Promise<Staff | undefined>;
  byToken(secret: string): Promise<Staff | undefined>;
}

const STREAM = 'text/event-stream';
const PERMISSION = 'metrics.read';

/** What happens in the business, as it happens. */
export function liveRoutes(parts: { readonly live: Live; readonly staff: StaffByRows }): Route[] {
  const { live, staff } = parts;
  return [
    route({
      method: 'GET',
      path: '/admin/v1/live',
      summary: 'What happens, as server-sent events',
      description:
        '`news` are sign-ups, subscriptions, payments and cancellations, with the id of the ' +
        'event; `figures` says that metrics are others than before. With ' +
        '`Accept: text/event-stream` the stream stays open while the session or token is good; ' +
        'whoever returns with `Last-Event-ID` hears what was missed. What is told twice has the ' +
        'same id. Otherwise the latest news are answered and that is all.',
      tag: 'Metrics',
      scope: 'staff',
      permission: PERMISSION,
      query: Input({}),
      response: TextFile,
      contentType: `${STREAM}; charset=utf-8`,
      async handler(request) {
        const exchange = exchangeOf(request);
        if (exchange.header('accept')?.includes(STREAM) !== true) {
          const latest = await live.latest();
          return latest.map((news) => eventOf('news', newsAnswer(news), news.id)).join('');
        }
        // Proxies that gather answers would keep the news back.
        exchange.setHeader('x-accel-buffering', 'no');
        const { staffId } = staffOf(request);
        const isAllowed = allowance(exchange, staff);
        return live.listen({ staffId, isAllowed, lastId: lastIdOf(exchange) });
      },
    }),
  ];
}

function allowance(exchange: Exchange, staff: StaffByRows): () => Promise<boolean> {
  const cookie = exchange.cookie(STAFF_COOKIE);
  const token = exchange
    .header('authorization')
    ?.replace(/^bearer /i, '')
    .trim();
  return async () => {
    const found =
      token === undefined ? await staff.bySession(cookie ?? '') : await staff.byToken(token);
    return found !== undefined && may(found.role, PERMISSION);
  };
}

function lastIdOf(exchange: Exchange): number | undefined {
  const header = exchange.header('last-event-id');
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
