import Type, { type TProperties, type Static } from 'typebox';
import { route, staffActor, type Route } from '../../../../platform/routes.ts';
import { Input, Nullable, Text, UserId } from '../../../../platform/schemas.ts';
import { deedFields, UndoSchema, undoAnswer, type StaffContext, type Undo } from '../deed.ts';
import { relinkCustomer, unlinkCustomer, type LinkChange, type LinkDependencies } from './links.ts';

const LinkSchema = Type.Object({ stripe_customer_id: Nullable(Type.String()) });

const LinkAnswer = Type.Object({
  dry_run: Type.Boolean(),
  before: LinkSchema,
  after: LinkSchema,
  subscriptions: Type.Array(Type.String(), {
    description: 'Of the customer who is linked, those that live: they are served from then on.',
  }),
  invoices: Type.Integer({ description: 'How many come along.' }),
  notes: Type.Array(Type.String({ description: 'What is worth knowing about it.' })),
  version: Type.Integer({ description: 'Of the profile as it is now.' }),
  undo: UndoSchema,
});

/** By which customer Stripe knows a user, where that is wrong. */
export function customerLinkRoutes(deps: LinkDependencies): Route[] {
  const pathOf = (user: string, deed: string): string =>
    `/admin/v1/users/${user}/stripe-customer/${deed}`;
  return [
    linkRoute(deps, {
      path: 'unlink',
      summary: "Take a user's customer of Stripe off",
      description:
        'What Stripe tells of it from then on is about nobody; what was written stays. 409 ' +
        '`customer_in_use` while a subscription lives, or anything is under way.',
      fields: {},
      async run(context) {
        const change = await unlinkCustomer(deps, context);
        const body = { stripe_customer_id: change.before };
        return { change, undo: { path: pathOf(context.user, 'relink'), body } };
      },
    }),
    linkRoute(deps, {
      path: 'relink',
      summary: "Make a customer of Stripe's a user's",
      description:
        'All that it has is read and written. 422 `customer_not_linkable` where it is another ' +
        "account's, has a past on record of another, is unknown to Stripe, or has several " +
        'subscriptions that live.',
      fields: { stripe_customer_id: Text({ minLength: 1, maxLength: 255 }) },
      async run(context, { stripe_customer_id: customerId }) {
        const change = await relinkCustomer(deps, context, customerId);
        const isIdle = change.subscriptionIds.length === 0;
        return { change, undo: isIdle ? { path: pathOf(context.user, 'unlink') } : null };
      },
    }),
  ];
}

interface LinkRoute<P extends TProperties> {
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly fields: P;
  readonly run: (
    context: StaffContext,
    body: Static<ReturnType<typeof Input<P>>>,
  ) => Promise<{ readonly change: LinkChange; readonly undo: Undo | null }>;
}

type DeedFields = Static<ReturnType<typeof Input<typeof deedFields>>>;

function linkRoute<P extends TProperties>(
  { accounts }: LinkDependencies,
  { path, summary, description, fields, run }: LinkRoute<P>,
): Route {
  return route({
    method: 'POST',
    path: `/admin/v1/users/{user}/stripe-customer/${path}`,
    summary,
    description,
    tag: 'Money by staff',
    scope: 'staff',
    permission: 'operations.write',
    params: Input({ user: UserId }),
    body: Input({ ...fields, ...deedFields }),
    response: LinkAnswer,
    replaysAnswers: true,
    async handler(request) {
      const body = request.body as DeedFields & Static<ReturnType<typeof Input<P>>>;
      const { reason, version, dry_run: isDry = false } = body;
      const { user } = request.params;
      const said = { user, reason, version, isDry, nowMs: request.nowMs };
      const { change, undo } = await run({ ...said, actor: staffActor(request) }, body);
      const present = await accounts.version(user);
      return {
        dry_run: isDry,
        before: { stripe_customer_id: change.before },
        after: { stripe_customer_id: change.after },
        subscriptions: [...change.subscriptionIds],
        invoices: change.invoiceCount,
        notes: notesOf(change),
        version: present,
        undo: undoAnswer(isDry ? null : undo, present),
      };
    },
  });
}

function notesOf({ after, subscriptionIds, invoiceCount }: LinkChange): string[] {
  if (after === null) return [];
  const live = subscriptionIds.length === 0 ? 'No subscription lives' : 'A subscription lives';
  const invoices = invoiceCount === 1 ? '1 invoice comes' : `${invoiceCount} invoices come`;
  return [`${live} there, and ${invoices} along.`];
}
