import type { SecretKey } from '../src/api/operations/keys.ts';
import type { Mail, WrittenMail } from '../src/api/operations/mails.ts';
import type { Delivery, Webhooks } from '../src/api/operations/queues.ts';
import type { WholeReconciliation } from '../src/api/operations/reconciliations.ts';
import type { Health, Jobs, Setting } from '../src/api/operations/system.ts';
import { NOW, WELL } from './answers.fixture.ts';
import type { Answers } from './portal.fixture.ts';

const EARLIER = '2026-03-10T11:20:00.000Z';

export const HEALTH: Health = {
  now: NOW,
  version: '0.1.0',
  node: '26.1.0',
  uptime_seconds: 93_600,
  database: {
    version: '17.2',
    size_bytes: 4_812_033_024,
    connections: 14,
    most_connections: 100,
    pending_migrations: [],
  },
  backlogs: [
    { name: 'sealer', waiting: 0, failed: 0, oldest_at: null },
    { name: 'inbox', waiting: 3, failed: 1, oldest_at: EARLIER },
    { name: 'outbox', waiting: 12, failed: 0, oldest_at: EARLIER },
    { name: 'mails', waiting: 0, failed: 0, oldest_at: null },
    { name: 'ledger', waiting: 0, failed: 0, oldest_at: null },
  ],
  last_sweep_at: EARLIER,
  checkpoints: {
    path: '/mnt/once/audit/checkpoints.jsonl',
    size_bytes: 812_004,
    written_at: EARLIER,
    free_bytes: 91_812_033_024,
    disk_bytes: 107_374_182_400,
  },
};

export const WEBHOOKS: Webhooks = {
  data: [
    {
      id: 'evt_1RkP04aTTeQpL7mA2bXz81',
      type: 'customer.subscription.updated',
      stripe_customer_id: 'cus_QpL7mA2bXz81',
      state: 'failed',
      reason: 'The price price_1x is of no plan.',
      created_at: EARLIER,
      received_at: EARLIER,
      handled_at: EARLIER,
      found_by_sweep: false,
    },
    {
      id: 'evt_2',
      type: 'invoice.paid',
      stripe_customer_id: 'cus_R91kkP04aTTe',
      state: 'done',
      reason: null,
      created_at: EARLIER,
      received_at: EARLIER,
      handled_at: EARLIER,
      found_by_sweep: true,
    },
  ],
  status: {
    waiting: 0,
    failed: 1,
    oldest_waiting_at: null,
    customers_in_trouble: 1,
    last_sweep_at: EARLIER,
  },
};

const DELIVERY: Delivery = {
  id: 17,
  topic: 'billing.mail_failed',
  account_id: 17,
  payload: { mail: 4, kind: 'receipt' },
  state: 'failing',
  recorded_at: EARLIER,
  due_at: NOW,
  delivered_at: null,
  attempts: 3,
  delivered_to: [],
  last_error: 'directory: out of order',
};

const JOBS: Jobs = {
  data: [
    {
      id: 1,
      name: 'stripe_sweep',
      state: 'failed',
      run_at: EARLIER,
      attempts: 1,
      most_attempts: 1,
      last_error: 'Stripe does not answer.',
      created_at: EARLIER,
    },
  ],
  schedules: [
    { name: 'stripe_sweep', schedule: '*/5 * * * *', last_tick_at: EARLIER },
    { name: 'stripe_reconcile', schedule: '23 4 * * *', last_tick_at: null },
  ],
};

const MAIL: Mail = {
  id: 4,
  kind: 'receipt',
  audience: 'customer',
  account_id: 17,
  state: 'failed',
  to: 'ada.lovelace@analytical.example',
  subject: 'Your receipt WF-0017',
  due_at: EARLIER,
  sent_at: null,
  attempts: 8,
  last_error: '550 no such mailbox',
};

const WRITTEN: WrittenMail = {
  ...MAIL,
  written: { subject: 'Your receipt WF-0017', text: 'Hello Ada,\n\nthank you for 470.40 USD.\n' },
  stale_because: null,
};

const RECONCILIATION: WholeReconciliation = {
  id: 3,
  staff_id: 1,
  reason: 'After the outage of Friday',
  dry_run: true,
  state: 'different',
  asked_at: EARLIER,
  ended_at: NOW,
  compared: 812,
  different: 1,
  mended: 0,
  fault: null,
  customers: [
    {
      stripe_customer_id: 'cus_QpL7mA2bXz81',
      account_id: 17,
      is_mended: false,
      differences: [
        {
          about: 'subscription sub_1RkP04aTTeQpL7mA2bXz81',
          what: 'status',
          recorded: 'active',
          found: 'past_due',
        },
      ],
    },
  ],
};

const SETTINGS: readonly Setting[] = [
  {
    name: 'DATABASE_URL',
    meaning: 'The Postgres that everything is kept in.',
    is_secret: true,
    value: null,
    source: 'environment',
    is_valid: true,
    faults: [],
  },
  {
    name: 'MAIL_FROM',
    meaning: 'Whom mails are from.',
    is_secret: false,
    value: 'WhisperForge <billing@localhost>',
    source: 'default',
    is_valid: true,
    faults: [],
  },
  {
    name: 'ENCRYPTION_KEY',
    meaning: 'What second factors are encrypted with.',
    is_secret: true,
    value: null,
    source: 'file',
    is_valid: false,
    faults: ['ENCRYPTION_KEY_FILE names a file that cannot be read (ENOENT).'],
  },
];

export const KEYS: readonly SecretKey[] = [
  {
    id: 1,
    name: 'Transcription app',
    prefix: 'wf_live_3kd9',
    scopes: ['usage', 'read', 'users', 'billing'],
    created_at: '2025-11-02T08:30:00.000Z',
    revoked_at: null,
  },
  {
    id: 2,
    name: 'Old importer',
    prefix: 'wf_live_x81p',
    scopes: ['users'],
    created_at: '2025-11-02T08:30:00.000Z',
    revoked_at: EARLIER,
  },
];

/** A system that runs, with what goes wrong in one. */
export const RUNNING: Answers = {
  ...WELL,
  'GET health': HEALTH,
  'GET webhooks': WEBHOOKS,
  'GET webhooks/evt_1RkP04aTTeQpL7mA2bXz81/payload': {
    payload:
      '{"id":"evt_1RkP04aTTeQpL7mA2bXz81","object":"event","data":{"object":{"id":"sub_1"}}}',
  },
  'GET outbox': { data: [DELIVERY], next_cursor: null },
  'GET jobs': JOBS,
  'GET mails': { data: [MAIL], next_cursor: null },
  'GET mails/4': WRITTEN,
  'GET reconciliations': { data: [RECONCILIATION] },
  'GET reconciliations/3': RECONCILIATION,
  'GET settings': { data: SETTINGS },
  'GET keys': { data: KEYS },
};
