import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, UserId } from '../../../platform/schemas.ts';
import { LineSchema } from './deed.ts';
import { billAnswer } from './perform.ts';
import { findIfLive, standingAfter, StandingSchema } from './standing.ts';
import type { Found, StandingSources } from './standing.ts';

const NextInvoiceSchema = Type.Object({
  at: Type.String({ description: 'When it is due, as things stand.' }),
  lines: Type.Array(LineSchema),
  amount_minor: Type.Integer(),
  currency: Type.String(),
});

/** What staff look at before they change it. */
export function standingRoute(sources: StandingSources): Route {
  return route({
    method: 'GET',
    path: '/admin/v1/users/{user}/subscription',
    summary: "How a user's subscription stands at Stripe, and what is billed next",
    tag: 'Money by staff',
    scope: 'staff',
    permission: 'money.read',
    params: Input({ user: UserId }),
    response: Type.Object({
      ...StandingSchema.properties,
      next_invoice: Nullable(NextInvoiceSchema),
    }),
    async handler({ params: { user } }) {
      const found = await findIfLive(sources, user);
      if (found === null) return { ...(await standingAfter(sources, user)), next_invoice: null };
      return { ...found.standing, next_invoice: await nextInvoice(sources, found) };
    },
  });
}

/** With what discounts and taxes make of it, and none where nothing is to come. */
async function nextInvoice(
  { gateway }: StandingSources,
  { live, remote }: Found,
): Promise<Static<typeof NextInvoiceSchema> | null> {
  const renewal = await gateway.previewRenewal(live.subscriptionId);
  if (renewal === null) return null;
  const { currency, totalMinor, amountDueMinor } = renewal;
  const { lines } = billAnswer(renewal);
  const creditMinor = amountDueMinor - totalMinor;
  if (creditMinor !== 0) lines.push({ description: 'Credit', amount_minor: creditMinor });
  const atMs = Math.max(...remote.items.map(({ period }) => period.endMs));
  return { at: formatInstant(atMs), lines, currency, amount_minor: amountDueMinor };
}
