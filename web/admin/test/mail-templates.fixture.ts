import type { MailTemplate, ShownMailTemplate } from '../src/api/operations/mail-templates.ts';
import { WELL } from './answers.fixture.ts';
import type { Situation } from './situation.fixture.ts';

const RECEIPT: MailTemplate = {
  kind: 'receipt',
  audience: 'customer',
  sent_when: 'An invoice is paid',
  subject: 'Your receipt for 19.00 USD',
};

const TEMPLATES: readonly MailTemplate[] = [
  RECEIPT,
  {
    kind: 'payment_failed',
    audience: 'customer',
    sent_when: 'A payment has failed',
    subject: 'Your payment of 19.00 USD has failed',
  },
  {
    kind: 'staff_attention',
    audience: 'staff',
    sent_when: 'Something goes on only when a person acts',
    subject: 'Needs a person: a price is of no plan',
  },
];

const SHOWN: ShownMailTemplate = {
  ...RECEIPT,
  text: 'Hello Ada,\n\nYou have paid 19.00 USD.\n',
  html:
    '<!doctype html><html lang="en"><head><title>Receipt</title>' +
    '<style>body { background: #f3f4f6; color: #1f2937; }</style></head>' +
    '<body><main><h1>Your receipt for 19.00 USD</h1><p>Hello Ada,</p></main></body></html>',
};

const ANSWERS = {
  ...WELL,
  'GET mail-templates': { data: TEMPLATES, next_cursor: null },
  'GET mail-templates/receipt': SHOWN,
};

const path = '/operations/mail-templates';
const heading = 'Mail templates';

export const MAIL_TEMPLATE_SITUATIONS: readonly Situation[] = [
  {
    name: 'mail-templates',
    path,
    heading,
    answers: ANSWERS,
    async act(page) {
      const mail = page.frameLocator('iframe');
      await mail.getByRole('heading', { name: 'Your receipt for 19.00 USD' }).waitFor();
    },
  },
  { name: 'mail-template-text', path: `${path}?as=text`, heading, answers: ANSWERS },
];
