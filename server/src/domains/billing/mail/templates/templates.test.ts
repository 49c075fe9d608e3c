import { DAY_MS } from '@whisperforge/kernel/period';
import { expect, test } from 'vitest';
import { audienceOf, type MailData, type MailKind } from '../mail-data.ts';
import { renderMail, type RenderedMail } from '../render.ts';
import type { Situation } from '../situation.ts';
import {
  BUSINESS,
  FREE,
  HOSTILE,
  listedInvoice,
  liveSubscription,
  NOW_MS,
  OWED_SINCE_MS,
  pastDue,
  PRO,
  restrictedTo,
  situationOf,
  SUBSCRIPTION_ID as subscriptionId,
} from '../situation.fixture.ts';
import { writeMail } from './templates.ts';

interface Case<K extends MailKind> {
  readonly data: MailData[K];
  readonly situation?: Partial<Situation>;
  /** What both texts have to say. */
  readonly says: readonly string[];
  readonly links?: readonly string[];
}

const ACCOUNT = 'https://pay.example.com/account';
const INVOICE = 'https://invoice.example.com/i/1?a=1&b=2';
const PDF = 'https://invoice.example.com/i/1.pdf';
const paid = { status: 'paid', amountPaidMinor: 1_900, amountRemainingMinor: 0, paidMs: NOW_MS };
const trialEndMs = NOW_MS + 3 * DAY_MS;
const month = (planId: number) => ({ planId, billingCycle: 'monthly', seats: 1 }) as const;

const CASES: { readonly [K in MailKind]: Case<K> } = {
  payment_failed: {
    data: { invoiceId: 'in_1', attempt: 1 },
    situation: { subscription: pastDue() },
    says: [
      '19.00 USD',
      'WF-0001',
      'Next attempt',
      '15 March 2026 at 09:30 UTC',
      'until 19 March 2026 at 08:30 UTC',
      'plan free',
      'nothing of yours is deleted',
    ],
    links: [INVOICE],
  },
  payment_action_required: {
    data: { invoiceId: 'in_1' },
    situation: { subscription: pastDue() },
    says: ['19.00 USD', 'WF-0001', 'confirm'],
    links: [INVOICE],
  },
  grace_ending: {
    data: { subscriptionId, owedSinceMs: OWED_SINCE_MS },
    situation: { subscription: pastDue() },
    says: [
      'pro ends soon',
      '19 March 2026 at 08:30 UTC',
      'plan free',
      'Nothing of yours is deleted',
    ],
    links: [ACCOUNT],
  },
  restricted: {
    data: { subscriptionId },
    situation: { subscription: pastDue(), effective: restrictedTo() },
    says: ['pro is on hold', 'plan free', 'Nothing of yours is deleted'],
    links: [ACCOUNT],
  },
  recovered: {
    data: { subscriptionId, invoiceId: 'in_1' },
    situation: { invoice: listedInvoice(paid) },
    says: ['Nothing is owed any more', '19.00 USD', 'WF-0001', 'pro'],
    links: [INVOICE],
  },
  receipt: {
    data: { invoiceId: 'in_1' },
    situation: { invoice: listedInvoice({ ...paid, subtotalMinor: 2_400 }) },
    says: [
      'Your receipt for 19.00 USD',
      '12 March 2026 at 09:30 UTC',
      '1 × Pro <b>monthly</b>',
      'Discounts and tax',
      '-5.00 USD',
    ],
    links: [INVOICE, PDF],
  },
  pack_bought: {
    data: { packName: HOSTILE, paid: { amountMinor: 500, currency: 'jpy' }, invoiceId: 'in_1' },
    says: ['500 JPY', 'WF-0001'],
    links: [INVOICE, ACCOUNT],
  },
  overage_charged: {
    data: {
      featureName: 'Audio minutes',
      used: '12.5 minutes',
      charged: { amountMinor: 1_250, currency: 'kwd' },
      period: { startMs: NOW_MS - 30 * DAY_MS, endMs: NOW_MS },
      invoiceId: null,
    },
    situation: { invoice: null },
    says: ['1.250 KWD', '12.5 minutes', 'Audio minutes', '10 February 2026', '12 March 2026'],
    links: [ACCOUNT],
  },
  trial_ending: {
    data: { subscriptionId, trialEndMs },
    situation: { subscription: liveSubscription({ status: 'trialing', trialEndMs }) },
    says: ['Your trial of pro ends soon', '15 March 2026 at 09:30 UTC', 'cancel before'],
    links: [ACCOUNT],
  },
  subscription_started: {
    data: { subscriptionId },
    says: ['Welcome to pro', 'pro, monthly', '1 April 2026 at 09:30 UTC'],
    links: [ACCOUNT],
  },
  plan_changed: {
    data: { subscriptionId, from: month(PRO), to: { ...month(BUSINESS), seats: 7 } },
    situation: { subscription: liveSubscription({ planId: BUSINESS, seats: 7 }) },
    says: ['pro, monthly', 'business, monthly, 7 seats'],
    links: [ACCOUNT],
  },
  downgrade_scheduled: {
    data: { subscriptionId, planId: FREE, atMs: trialEndMs },
    situation: {
      subscription: liveSubscription({ scheduled: { planId: FREE, atMs: trialEndMs } }),
    },
    says: ['Your plan changes to free', '15 March 2026 at 09:30 UTC', 'withdraw'],
    links: [ACCOUNT],
  },
  cancellation_scheduled: {
    data: { subscriptionId, cancelAtMs: trialEndMs },
    situation: { subscription: liveSubscription({ cancelAtMs: trialEndMs }) },
    says: ['set to end', '15 March 2026 at 09:30 UTC', 'plan free'],
    links: [ACCOUNT],
  },
  canceled: {
    data: { subscriptionId, planId: PRO, isUnpaid: true },
    situation: { subscription: null },
    says: ['Your subscription to pro has ended', 'a payment for it stayed open', 'plan free'],
    links: [ACCOUNT],
  },
  resumed: {
    data: { subscriptionId },
    says: ['goes on', 'pro, monthly', '1 April 2026 at 09:30 UTC'],
    links: [ACCOUNT],
  },
  staff_dunning: {
    data: { step: 'payment_failed', subscriptionId, invoiceId: 'in_1', attempt: 2 },
    situation: { subscription: pastDue() },
    says: ['user-5', 'ada@example.com', 'past_due', 'WF-0001', '19.00 USD', '19 March 2026'],
    links: [INVOICE],
  },
  staff_attention: {
    data: { title: HOSTILE, text: HOSTILE },
    says: ['user-5', 'ada@example.com'],
  },
};

const KINDS = Object.keys(CASES) as MailKind[];

function rendered(kind: MailKind): RenderedMail {
  const { data, situation } = CASES[kind];
  const written = writeMail(kind, data, situationOf(situation));
  if (written.kind === 'stale') throw new Error(`${kind} is stale: ${written.reason}`);
  const greeting = `Hello ${HOSTILE},`;
  return renderMail(written.document, { senderName: 'Forge & Co', greeting, footer: HOSTILE });
}

/** What a mail program shows of HTML. */
function shownBy(html: string): string {
  return html
    .replaceAll(/<style>[\s\S]*?<\/style>|<[^>]*>/g, '')
    .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
}

test.each(KINDS)('%s says what it has to, in plain text as in HTML', (kind) => {
  const mail = rendered(kind);
  const shown = shownBy(mail.html);
  for (const said of CASES[kind].says) {
    expect(`${mail.subject}\n${mail.text}`).toContain(said);
    expect(shown).toContain(said);
  }
  expect(shown).toContain(mail.subject);
  for (const link of CASES[kind].links ?? []) {
    expect(mail.text).toContain(link);
    expect(mail.html).toContain(`href="${link.replaceAll('&', '&#38;')}"`);
  }
});

test.each(KINDS)('%s carries no markup of its data, no second header, nothing remote', (kind) => {
  const { html, subject, text } = rendered(kind);
  expect(html).not.toMatch(/<img|<b>|<script/i);
  const tags = new Set(Array.from(html.matchAll(/<([a-z]+\d?)/g), (match) => match[1]));
  const own = 'html head meta title style body main p h1 table tr th td a'.split(' ');
  expect([...tags].filter((tag) => !own.includes(tag!))).toEqual([]);
  expect(html).not.toMatch(/<[^>]*\s(?:src|srcset|background)=|@import|url\(/i);
  expect(subject).not.toMatch(/\p{Cc}/u);
  const greeted = text.split('\n')[0];
  expect(greeted).toContain('Bcc: eve@example.com,');
});

test.each(KINDS)('%s follows the reader between light and dark', (kind) => {
  const { html } = rendered(kind);
  expect(html).toContain('<meta name="color-scheme" content="light dark">');
  expect(html).toContain('@media (prefers-color-scheme: dark)');
});

test('those of staff are told apart from those of customers', () => {
  const staff = KINDS.filter((kind) => audienceOf(kind) === 'staff');
  expect(staff).toEqual(['staff_dunning', 'staff_attention']);
});

test('a link that is none of the web is left out', () => {
  const invoice = listedInvoice({ hostedUrl: 'javascript:alert(1)' });
  const written = writeMail(
    'payment_failed',
    { invoiceId: 'in_1', attempt: 1 },
    situationOf({ invoice }),
  );
  expect(JSON.stringify(written)).not.toContain('javascript:');
});

const STALE: readonly [MailKind, Partial<Situation>][] = [
  ['payment_failed', { invoice: listedInvoice(paid) }],
  ['payment_failed', { invoice: listedInvoice({ attemptCount: 2 }) }],
  ['payment_failed', { invoice: listedInvoice({ status: 'void' }) }],
  ['payment_failed', { invoice: null }],
  ['payment_action_required', { invoice: listedInvoice(paid) }],
  ['grace_ending', { subscription: liveSubscription() }],
  ['grace_ending', { subscription: pastDue(), effective: restrictedTo() }],
  ['restricted', { subscription: liveSubscription() }],
  ['restricted', { subscription: null }],
  ['recovered', { subscription: pastDue() }],
  ['recovered', { subscription: null }],
  ['receipt', { invoice: listedInvoice() }],
  ['trial_ending', { subscription: liveSubscription() }],
  [
    'trial_ending',
    {
      subscription: liveSubscription({
        status: 'trialing',
        trialEndMs,
        cancelAtMs: trialEndMs,
      }),
    },
  ],
  ['subscription_started', { subscription: null }],
  ['plan_changed', { subscription: liveSubscription() }],
  ['downgrade_scheduled', { subscription: liveSubscription() }],
  ['cancellation_scheduled', { subscription: liveSubscription() }],
  ['canceled', { subscription: liveSubscription() }],
  ['resumed', { subscription: liveSubscription({ cancelAtMs: trialEndMs }) }],
];

test.each(STALE)('%s is not sent when its reason has passed', (kind, situation) => {
  expect(writeMail(kind, CASES[kind].data, situationOf(situation))).toMatchObject({
    kind: 'stale',
    reason: expect.stringMatching(/\w/),
  });
});
