import type { Question } from './load/order.ts';
import { EVENTS_PER_BATCH } from './load/questions.ts';
import { ONE_TRANSACTION_PATH } from './server/one-transaction.ts';

/** What is measured, and what one of it is called. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly question: Question;
  /** Where it goes; the product's own route where nothing is said. */
  readonly path?: string;
  readonly connections: number;
  readonly unit: 'request' | 'pair' | 'event';
  /** Whether all requests are about one user. */
  readonly isOneUser?: boolean;
}

/** From how many users those of the requests are drawn. */
export const USERS = 10_000;
/** With the hot one, whose number comes after theirs. */
export const MOST_USERS = USERS + 1;
export const HOT_USER = MOST_USERS - 1;

const CONNECTIONS = 64;

const track = {
  question: 'track',
  connections: CONNECTIONS,
  unit: 'request',
} as const;
const batch = { question: 'batch', unit: 'event' } as const;
const reserve = { connections: CONNECTIONS } as const;
const check = { connections: CONNECTIONS, unit: 'request' } as const;

/** In this order, which puts beside each other what is compared with each other. */
export const scenarios: readonly Scenario[] = [
  { name: 'check', title: 'check, metered', question: 'check', ...check },
  { name: 'check-boolean', title: 'check, boolean', question: 'check_boolean', ...check },
  { name: 'track', title: 'track', ...track },
  { name: 'hot', title: 'track, one user', ...track, isOneUser: true },
  { name: 'reserve', title: 'reserve', question: 'reserve', unit: 'request', ...reserve },
  {
    name: 'reserve-commit',
    title: 'reserve and commit',
    question: 'reserve_commit',
    unit: 'pair',
    ...reserve,
  },
  {
    name: 'batch',
    title: `batch of ${EVENTS_PER_BATCH}, four at once`,
    connections: 4,
    ...batch,
  },
  {
    name: 'batch-serial',
    title: `batch of ${EVENTS_PER_BATCH}, one at a time`,
    connections: 1,
    ...batch,
  },
  {
    name: 'webhook',
    title: 'event of Stripe, stored',
    question: 'webhook',
    connections: CONNECTIONS,
    unit: 'request',
  },
  {
    name: 'one-transaction',
    title: 'one transaction each',
    ...track,
    path: ONE_TRANSACTION_PATH,
  },
  {
    name: 'one-transaction-hot',
    title: 'one transaction each, one user',
    ...track,
    path: ONE_TRANSACTION_PATH,
    isOneUser: true,
  },
];
