import type { Page } from 'playwright-core';
import { MAIL_TEMPLATE_SITUATIONS } from './mail-templates.fixture.ts';
import { HEALTH, KEYS, RUNNING, WEBHOOKS } from './operations-answers.fixture.ts';
import { Refused } from './portal.fixture.ts';
import type { Situation } from './situations.fixture.ts';

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
  ...MAIL_TEMPLATE_SITUATIONS,
  {
    name: 'reconciliation',
    path: '/operations/reconciliations?reconciliation=3',
    heading: 'Reconciliation',
    answers: RUNNING,
    act: dialog('Reconciliation 3'),
  },
  {
    name: 'reconciliation-asked',
    path: '/operations/reconciliations',
    heading: 'Reconciliation',
    answers: RUNNING,
    async act(page) {
      await page.getByRole('button', { name: 'Compare with Stripe' }).click();
      await page.getByRole('checkbox', { name: 'Make right what differs' }).check();
    },
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
