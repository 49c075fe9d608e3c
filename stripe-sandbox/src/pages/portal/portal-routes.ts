import {
  getSubscription,
  hasEnded,
  type SubscriptionRow,
} from '../../billing/subscriptions/rows.ts';
import type { Deeds } from '../../engine/deeds.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing, StripeError } from '../../http/errors.ts';
import type { FormHash } from '../../http/form.ts';
import type { OwnRequest, OwnResponse } from '../../http/wire/server.ts';
import { NeedsAuthentication } from '../checkout/completion/authentication.ts';
import { kept, tried } from '../deed.ts';
import { required, said } from '../fields.ts';
import { messagePage, redirect } from '../layout.ts';
import { markup } from '../markup.ts';
import { cancelPage, updatePage } from './change-pages.ts';
import { getConfiguration } from './configurations.ts';
import {
  cancel,
  changeDetails,
  changePlan,
  keep,
  noticeNamed,
  NOTICES,
  type Done,
} from './deeds.ts';
import type { Features } from './features.ts';
import { confirmCardPage, homePage, newMethodPage, type Visit } from './home-page.ts';
import { makeDefault, newMethod, saveMethod } from './methods.ts';
import { portalSessions, type PortalSessionRow } from './sessions.ts';

type Rest = readonly (string | undefined)[];

export function answerPortal(deeds: Deeds, request: OwnRequest, rest: Rest): OwnResponse {
  const [id = '', action, subject] = rest;
  const { session } = kept(deeds, (tx) => visit(tx, id));
  if (request.method === 'GET') {
    const done = said(request.form, 'done');
    return show(deeds, { session, action, subject, done });
  }
  if (action === 'payment-method') return addMethod(deeds, session, request.form);
  const done = tried(deeds, (tx) =>
    carryOut(tx, visit(tx, id), { action, subject, form: request.form }),
  );
  if (!(done instanceof StripeError)) return goOn(deeds, session, done);
  if (done.status === 404) throw done;
  return show(deeds, { session, action, subject, error: done });
}

function visit(tx: Tx, id: string): Visit {
  const session = tx.find(portalSessions, id);
  if (session === undefined) throw missing('portal session', id);
  return { session, features: getConfiguration(tx, session.configuration).features };
}

interface Place {
  readonly session: PortalSessionRow;
  readonly action: string | undefined;
  readonly subject: string | undefined;
  readonly error?: StripeError;
  /** What the address says has just been done. */
  readonly done?: string | null;
}

function show(deeds: Deeds, place: Place): OwnResponse {
  const { session, action, subject, error, done = null } = place;
  const flow = session.isFlowDone ? null : session.flow;
  if (action === undefined && flow !== null) return redirect(flowPath(session.id, flow));
  return kept(deeds, (tx) => {
    const told = { error: error?.details.message ?? null, notice: noticeNamed(done) };
    const at = { ...visit(tx, session.id), ...told };
    const status = error?.status ?? 200;
    switch (action) {
      case 'cancel':
        requireFeature(at.features, 'subscription_cancel');
        return cancelPage(tx, at, { subscription: ownSubscription(tx, at, subject), status });
      case 'update':
        requireFeature(at.features, 'subscription_update');
        return updatePage(tx, at, { subscription: ownSubscription(tx, at, subject), status });
      case 'payment-method':
        requireFeature(at.features, 'payment_method_update');
        return newMethodPage(at, status);
      case undefined:
      case 'default':
      case 'details':
      case 'keep':
        return homePage(tx, at, status);
      default:
        throw missing('page', action);
    }
  });
}

function flowPath(id: string, flow: NonNullable<PortalSessionRow['flow']>): string {
  if (flow.type === 'payment_method_update') return `/portal/${id}/payment-method`;
  const { subscription_cancel: cancelling } = flow;
  if (cancelling !== null) return `/portal/${id}/cancel/${cancelling.subscription}`;
  const change = flow.subscription_update_confirm ?? flow.subscription_update;
  return `/portal/${id}/update/${change!.subscription}`;
}

interface Asked {
  readonly action: string | undefined;
  readonly subject: string | undefined;
  readonly form: FormHash;
}

/** Does what a form asks for, as far as the configuration lets. */
function carryOut(tx: Tx, at: Visit, { action, subject, form }: Asked): Done {
  const { features, session } = at;
  switch (action) {
    case 'cancel':
      requireFeature(features, 'subscription_cancel');
      return cancel(tx, ownSubscription(tx, at, subject), { features, form });
    case 'keep':
      requireFeature(features, 'subscription_cancel');
      return keep(tx, ownSubscription(tx, at, subject));
    case 'update':
      requireFeature(features, 'subscription_update');
      return changePlan(tx, ownSubscription(tx, at, subject), { features, form });
    case 'default':
      requireFeature(features, 'payment_method_update');
      makeDefault(tx, session.customer, required(form, 'method', 'payment method'));
      return 'preferred';
    case 'details':
      requireFeature(features, 'customer_update');
      return changeDetails(tx, session.customer, { features, form });
    default:
      throw missing('page', action ?? '');
  }
}

function requireFeature(features: Features, name: keyof Features): void {
  if (!features[name].enabled) throw invalid('This is not offered here.');
}

/** A subscription of the session's customer's own; another's is as good as none. */
function ownSubscription(tx: Tx, { session }: Visit, id = ''): SubscriptionRow {
  const subscription = getSubscription(tx, id);
  if (subscription.customer === session.customer && !hasEnded(subscription)) return subscription;
  throw missing('subscription', id);
}

function addMethod(deeds: Deeds, session: PortalSessionRow, form: FormHash): OwnResponse {
  const failed = (error: StripeError): OwnResponse =>
    show(deeds, { session, action: 'payment-method', subject: undefined, error });
  const added = tried(deeds, (tx) => {
    requireFeature(visit(tx, session.id).features, 'payment_method_update');
    return newMethod(tx, session.customer, form);
  });
  if (added instanceof StripeError) return failed(added);
  const answer = said(form, 'answer');
  const saved = tried(deeds, (tx) => saveMethod(tx, session.customer, { method: added, answer }));
  if (saved instanceof NeedsAuthentication) return confirmCardPage(session.id, added);
  if (saved instanceof StripeError) return failed(saved);
  return goOn(deeds, session, 'saved');
}

/** Back to the portal, or out of it where a flow has come to its end. */
function goOn(deeds: Deeds, session: PortalSessionRow, done: Done): OwnResponse {
  const { flow } = session;
  const home = `/portal/${session.id}?done=${done}`;
  if (flow === null || session.isFlowDone) return redirect(home);
  kept(deeds, (tx) => tx.put(portalSessions, { ...session, isFlowDone: true }));
  const { type, redirect: to, hosted_confirmation: hosted } = flow.after_completion;
  if (type === 'redirect' && to !== null) return redirect(to.return_url);
  if (type !== 'hosted_confirmation') return redirect(home);
  return messagePage({
    title: 'Done',
    text: hosted?.custom_message ?? NOTICES[done],
    link: session.returnUrl === null ? null : markup`<a href="${session.returnUrl}">Go back</a>`,
  });
}
