import { quantityToNumber, units } from '@whisperforge/kernel/quantity';
import { GRACE_DAYS } from '../../../../test/simulation/model/limits.ts';
import { createProcess, type Process } from '../../../../test/simulation/process.ts';
import type { Customer, Rig } from '../../../../test/scenarios/payments/support/rig.ts';
import { answerOf } from '../../entitlements/index.ts';
import type { Billing } from '../index.ts';
import { createBillingMail, type BillingMail } from '../mail/billing-mail.ts';

export const STAFF = 'staff@example.com';
export const DECLINED = 'pm_card_chargeCustomerFail';

/** What a worker has: it projects, tells and sends; and what callers see of access. */
export interface Stage {
  readonly rig: Rig;
  readonly process: Process;
  readonly mail: BillingMail;
  readonly billing: Billing;
}

const never = new AbortController().signal;

export function openStage(rig: Rig, staffEmail: string | undefined = STAFF): Stage {
  const { database, clock } = rig;
  const process = createProcess(database, clock);
  const mail = createBillingMail({
    database,
    clock,
    catalog: process.catalog,
    accounts: process.accounts,
    mailer: undefined,
    mail: { from: 'WhisperForge <billing@example.com>', staffEmail },
    graceDays: GRACE_DAYS,
    publicUrl: () => 'https://pay.example.com',
    showsMailbox: true,
  });
  return { rig, process, mail, billing: rig.billing({ effects: mail.effects }) };
}

/** Everything that goes by itself: what Stripe told, what fell due, what is to be sent. */
export async function settle(stage: Stage, { customerId }: Customer): Promise<void> {
  const { rig, mail, billing } = stage;
  await rig.deliverAll(customerId);
  await rig.work(billing);
  await tick(stage);
  for (const round of mail.rounds) while ((await round.work(never)) > 0);
}

/** The jobs alone, at the instant that it is. */
export async function tick({ rig, mail }: Stage): Promise<void> {
  for (const job of mail.jobs) await job.run({ nowMs: rig.clock.nowMs(), signal: never });
}

/** Lets time come to an instant, and everything happen that it brings. */
export async function at(stage: Stage, customer: Customer, ms: number): Promise<void> {
  await stage.rig.advanceTo(ms);
  await settle(stage, customer);
}

export interface Subscriber {
  readonly customer: Customer;
  readonly subscriptionId: string;
  readonly periodEndMs: number;
}

/** Somebody who has paid for their first month of pro. */
export async function subscriber(stage: Stage): Promise<Subscriber> {
  const { stripe, prices } = stage.rig;
  const customer = await stage.rig.customer();
  const subscription = await stripe.subscriptions.create({
    customer: customer.customerId,
    items: [{ price: prices.proMonthly }],
  });
  await settle(stage, customer);
  const periodEndMs = subscription.items.data[0]!.current_period_end * 1_000;
  return { customer, subscriptionId: subscription.id, periodEndMs };
}

export async function useCard(
  { rig }: Stage,
  { customerId }: Customer,
  card: string,
): Promise<void> {
  const { id } = await rig.stripe.paymentMethods.attach(card, { customer: customerId });
  const invoice_settings = { default_payment_method: id };
  await rig.stripe.customers.update(customerId, { invoice_settings });
}

/** Pays what is open, as the customer does on Stripe's page. */
export async function payOpen(stage: Stage, { customerId }: Customer): Promise<void> {
  const { stripe } = stage.rig;
  const { data } = await stripe.invoices.list({ customer: customerId, status: 'open' });
  for (const { id } of data) await stripe.invoices.pay(id);
}

export async function mailsTo({ rig }: Stage, to: string): Promise<string[]> {
  const rows = await rig.rows<{ subject: string }>(
    'SELECT subject FROM mailbox WHERE to_address = $1 ORDER BY id',
    [to],
  );
  return rows.map(({ subject }) => subject);
}

export const mailsOf = (stage: Stage, { user }: Customer): Promise<string[]> =>
  mailsTo(stage, `${user}@example.com`);

/** What listeners were told of payments of an account. */
export async function toldOf({ rig }: Stage, { accountId }: Customer): Promise<string[]> {
  const rows = await rig.rows<{ topic: string }>(
    `SELECT topic FROM outbox_events WHERE account_id = $1 AND topic LIKE 'billing.%' ORDER BY id`,
    [accountId],
  );
  return rows.map(({ topic }) => topic);
}

export interface Standing {
  readonly plan: string;
  readonly restriction: string | null;
  readonly limit: number | null;
  readonly used: number;
}

/** What callers see, at the instant that it is. */
export async function standing({ process }: Stage, { user }: Customer): Promise<Standing> {
  const { plan, restriction, features } = await process.access.profile(user);
  const minutes = features.find(({ feature }) => feature.key === 'audio_minutes')?.balance;
  if (minutes === null || minutes === undefined) throw new Error('minutes are counted');
  const { limit } = answerOf(minutes);
  return { plan: plan.slug, restriction, limit, used: quantityToNumber(minutes.used) };
}

export async function useMinutes(
  { process }: Stage,
  { user }: Customer,
  minutes: number,
): Promise<void> {
  const { eventTypes } = await process.catalog.latest();
  const event = eventTypes.get('audio_minutes');
  if (event === undefined) throw new Error('minutes are counted');
  await process.usage.track({ kind: 'track', user, event, amount: units(minutes), enforce: false });
}
