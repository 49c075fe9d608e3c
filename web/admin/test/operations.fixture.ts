import type { Page } from 'playwright-core';
import type { SecretKey } from '../src/api/operations/keys.ts';
import type { Mail, WrittenMail } from '../src/api/operations/mails.ts';
import type { Delivery, Webhooks } from '../src/api/operations/queues.ts';
import type { Health, Jobs, Setting } from '../src/api/operations/system.ts';
import { NOW, WELL } from './answers.fixture.ts';
import { Refused, type Answers } from './portal.fixture.ts';
import type { Situation } from './situations.fixture.ts';

const EARLIER = '2026-03-10T11:20:00.000Z';

const HEALTH: Health = {
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

const WEBHOOKS: Webhooks = {
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

const KEYS: readonly SecretKey[] = [
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

const RUNNING: Answers = {
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
  'GET settings': { data: SETTINGS },
  'GET keys': { data: KEYS },
};

const dialog = (name: string) => async (page: Page) => {
  await page.getByRole('dialog', { name }).waitFor();
};

/** The views of those who run the system, in the states that they have. */
export const OPERATIONS_SITUATIONS: readonly Situation[] = [
  { name: 'health', path: '/operations', heading: 'Operations', answers: RUNNING },
  {
    name: 'health-troubled',
    path: '/operations',
    heading: 'Operations',
    answers: {
      ...RUNNING,
      'GET health': {
        ...HEALTH,
        database: { ...HEALTH.database, pending_migrations: ['0031_more', '0032_even_more'] },
        checkpoints: null,
      },
    },
  },
  {
    name: 'webhooks',
    path: '/operations/webhooks',
    heading: 'Webhooks',
    answers: RUNNING,
    async act(page) {
      await page.getByRole('checkbox', { name: /^Select evt_1/ }).check();
      await page.getByRole('button', { name: 'Replay 1 event' }).waitFor();
    },
  },
  {
    name: 'webhook',
    path: '/operations/webhooks?event=evt_1RkP04aTTeQpL7mA2bXz81',
    heading: 'Webhooks',
    answers: RUNNING,
    act: dialog('customer.subscription.updated'),
  },
  {
    name: 'webhooks-none',
    path: '/operations/webhooks?state=failed',
    heading: 'Webhooks',
    answers: { ...RUNNING, 'GET webhooks': { ...WEBHOOKS, data: [] } },
  },
  {
    name: 'outbox',
    path: '/operations/outbox?event=17',
    heading: 'Outbox',
    answers: RUNNING,
    act: dialog('billing.mail_failed'),
  },
  {
    name: 'outbox-failed',
    path: '/operations/outbox',
    heading: 'Outbox',
    answers: {
      ...RUNNING,
      'GET outbox': new Refused(403, { code: 'permission_missing', detail: 'Not for you.' }),
    },
  },
  { name: 'jobs', path: '/operations/jobs', heading: 'Jobs', answers: RUNNING },
  { name: 'mails', path: '/operations/mails', heading: 'Mails', answers: RUNNING },
  {
    name: 'mail',
    path: '/operations/mails?mail=4',
    heading: 'Mails',
    answers: RUNNING,
    act: dialog('Receipt'),
  },
  { name: 'settings', path: '/operations/settings', heading: 'Settings', answers: RUNNING },
  { name: 'keys', path: '/settings', heading: 'Secret keys', answers: RUNNING },
  {
    name: 'key-made',
    path: '/settings',
    heading: 'Secret keys',
    answers: {
      ...RUNNING,
      'POST keys': { ...KEYS[0], name: 'Importer', secret: 'wf_live_1234567890abcdefghijklmnop' },
    },
    async act(page) {
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Importer');
      await page.getByRole('textbox', { name: 'Reason' }).fill('For the import');
      await page.getByRole('button', { name: 'Make the key' }).click();
      await page.getByText('it is not shown again').waitFor();
    },
  },
];
