import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, Text, UserId } from '../../../platform/schemas.ts';
import { SubscriptionSchema, subscriptionAnswer, type Access } from '../../access/index.ts';
import { actorOf } from '../checkout/routes.ts';
import type { When } from './command.ts';
import type { ChangePreview, PreviewRequest } from './preview.ts';
import type { Changed, Changes } from './service.ts';

const LONGEST_TOKEN = 8_000;
const LONGEST_REASON = 1_000;

const WhenInput = Type.Enum(['now', 'period_end']);

/** What a subscription is to become, as every route names it. */
export const PreviewInput = Input({
  plan: Text({ minLength: 1, maxLength: 63 }),
  billing_cycle: Type.Enum(['monthly', 'yearly']),
  seats: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  promotion_code: Type.Optional(Text({ minLength: 1, maxLength: 100 })),
  when: WhenInput,
});

export const ChangeInput = Input({
  preview_token: Text({ minLength: 1, maxLength: LONGEST_TOKEN }),
});

export const CancelInput = Input({
  when: WhenInput,
  reason: Type.Optional(
    Text({ maxLength: LONGEST_REASON, description: 'What the customer says to it; kept.' }),
  ),
});

export const PreviewAnswer = Type.Object({
  lines: Type.Array(Type.Object({ description: Type.String(), amount_minor: Type.Integer() })),
  currency: Type.String(),
  subtotal_minor: Type.Integer(),
  total_minor: Type.Integer(),
  amount_due_minor: Type.Integer({ description: 'Charged when the change is carried out.' }),
  effective_at: Type.String(),
  recurring: Type.Object({
    amount_minor: Type.Integer(),
    currency: Type.String(),
    billing_cycle: Type.String(),
  }),
  promotion_code: Type.Union([
    Type.Object({
      code: Type.String(),
      applied: Type.Boolean({
        description: 'False where the discount that there is takes more off, and stays.',
      }),
    }),
    Type.Null(),
  ]),
  preview_token: Type.String({ description: 'Good for ten minutes.' }),
});

export const ChangedAnswer = Type.Object({
  status: Type.String({ enum: ['done', 'scheduled', 'payment_pending'] }),
  url: Nullable(Type.String({ description: "Stripe's page of the invoice that is open." })),
  subscription: Type.Union([SubscriptionSchema, Type.Null()], {
    description: 'As it stands now; null where it has ended.',
  }),
});

export function previewRequest(user: string, body: Static<typeof PreviewInput>): PreviewRequest {
  return {
    user,
    plan: body.plan,
    billingCycle: body.billing_cycle,
    seats: body.seats ?? null,
    promotionCode: body.promotion_code ?? null,
    when: body.when,
  };
}

export function previewAnswer(preview: ChangePreview): Static<typeof PreviewAnswer> {
  const { currency, recurring, promotionCode: code } = preview;
  return {
    lines: preview.lines.map(({ description, amountMinor }) => ({
      description,
      amount_minor: amountMinor,
    })),
    currency,
    subtotal_minor: preview.subtotalMinor,
    total_minor: preview.totalMinor,
    amount_due_minor: preview.amountDueMinor,
    effective_at: formatInstant(preview.effectiveMs),
    recurring: {
      amount_minor: recurring.amountMinor,
      currency,
      billing_cycle: recurring.billingCycle,
    },
    promotion_code: code && { code: code.code, applied: code.isApplied },
    preview_token: preview.token,
  };
}

/** What came of a command, with the subscription as it stands after it. */
export async function changedAnswer(
  { access }: { readonly access: Access },
  user: string,
  asked: Promise<Changed>,
): Promise<Static<typeof ChangedAnswer>> {
  const changed = await asked;
  return {
    status: changed.kind,
    url: changed.kind === 'payment_pending' ? changed.url : null,
    subscription: subscriptionAnswer(await access.profile(user)),
  };
}

export function cancelOf(body: Static<typeof CancelInput>): { when: When; reason: string | null } {
  return { when: body.when, reason: body.reason ?? null };
}

const params = Input({ user: UserId });
const shared = { method: 'POST', tag: 'Billing', scope: 'billing', params } as const;
const path = (deed: string): string => `/v1/users/{user}/subscription/${deed}`;

export interface ChangesRouteParts {
  readonly changes: Changes;
  readonly access: Access;
}

export function changesRoutes(parts: ChangesRouteParts): Route[] {
  const { changes } = parts;
  return [
    route({
      ...shared,
      path: path('preview'),
      summary: 'What a change of a subscription would cost, to the cent',
      description:
        'More is to be had now, less from the end of the period on: no credit is given. The ' +
        'token carries out exactly what was shown.',
      body: PreviewInput,
      response: PreviewAnswer,
      handler: async ({ params: { user }, body, nowMs }) =>
        previewAnswer(await changes.preview(previewRequest(user, body), nowMs)),
    }),
    route({
      ...shared,
      path: path('change'),
      summary: 'Carry out a change that was previewed',
      description:
        'Repeated with a token it happens once; 409 `preview_stale` where anything has moved.',
      body: ChangeInput,
      response: ChangedAnswer,
      replaysAnswers: true,
      handler({ params: { user }, body, caller, nowMs }) {
        const call = { user, actor: actorOf(caller), token: body.preview_token };
        return changedAnswer(parts, user, changes.change(call, nowMs));
      },
    }),
    route({
      ...shared,
      path: path('cancel'),
      summary: 'End a subscription, without credit for what is left of its period',
      body: CancelInput,
      response: ChangedAnswer,
      replaysAnswers: true,
      handler({ params: { user }, body, caller, nowMs }) {
        const call = { user, actor: actorOf(caller), ...cancelOf(body) };
        return changedAnswer(parts, user, changes.cancel(call, nowMs));
      },
    }),
    route({
      ...shared,
      path: path('resume'),
      summary: 'Undo a cancellation or a change that is scheduled',
      response: ChangedAnswer,
      replaysAnswers: true,
      handler({ params: { user }, caller, nowMs }) {
        const call = { user, actor: actorOf(caller) };
        return changedAnswer(parts, user, changes.resume(call, nowMs));
      },
    }),
  ];
}
