import type { CellReader } from '../../imports/lines/cells.ts';
import type { InputKind } from '../kind.ts';
import type { TicketLine } from './ticket-line.ts';
import { findTickets, putTickets } from './store.ts';

type TicketField =
  | 'ticket_id'
  | 'user_id'
  | 'opened_at'
  | 'first_response_at'
  | 'first_response_minutes'
  | 'closed_at'
  | 'plan'
  | 'priority'
  | 'satisfaction'
  | 'origin';

export const supportTickets: InputKind<TicketLine, TicketField> = {
  name: 'support-tickets',
  title: 'Support tickets',
  description:
    'Tickets of a help desk. One that is told again with other contents, such as its end, takes ' +
    'the place of what was told before.',
  fields: [
    { name: 'ticket_id', isNeeded: true, description: "The help desk's own." },
    { name: 'user_id', isNeeded: false, description: "The app's id of the user." },
    { name: 'opened_at', isNeeded: true, description: 'In UTC where it says nothing else.' },
    { name: 'first_response_at', isNeeded: false, description: 'When it was answered first.' },
    {
      name: 'first_response_minutes',
      isNeeded: false,
      description: 'Or how long after it was opened.',
    },
    { name: 'closed_at', isNeeded: false, description: 'When it was closed.' },
    { name: 'plan', isNeeded: false, description: "The user's; as on record if not given." },
    { name: 'priority', isNeeded: false, description: 'Such as `high`.' },
    { name: 'satisfaction', isNeeded: false, description: 'From 1 to 5.' },
    { name: 'origin', isNeeded: false, description: 'Which help desk, where there are several.' },
  ],
  read(reader, defaults) {
    const openedMs = reader.instant('opened_at', 'needed') ?? 0;
    return {
      origin: reader.text('origin') || defaults.origin,
      ticketKey: reader.text('ticket_id', 'needed'),
      userKey: reader.text('user_id'),
      plan: reader.text('plan'),
      priority: reader.text('priority'),
      openedMs,
      firstResponseMs: firstResponse(reader, openedMs),
      closedMs: notBefore(reader, 'closed_at', openedMs),
      satisfaction: reader.integer('satisfaction', { least: 1, most: 5 }),
    };
  },
  keyOf: ({ origin, ticketKey }) => JSON.stringify([origin, ticketKey]),
  find: findTickets,
  put: putTickets,
};

const MINUTE_MS = 60_000;
const A_YEAR_OF_MINUTES = 527_040;

function firstResponse(reader: CellReader<TicketField>, openedMs: number): number | null {
  const told = notBefore(reader, 'first_response_at', openedMs);
  const range = { least: 0, most: A_YEAR_OF_MINUTES };
  const minutes = reader.integer('first_response_minutes', range);
  return told ?? (minutes === null ? null : openedMs + minutes * MINUTE_MS);
}

function notBefore(
  reader: CellReader<TicketField>,
  field: 'first_response_at' | 'closed_at',
  openedMs: number,
): number | null {
  const atMs = reader.instant(field);
  if (atMs !== null && atMs < openedMs) reader.refuse(field, 'is before opened_at');
  return atMs;
}
