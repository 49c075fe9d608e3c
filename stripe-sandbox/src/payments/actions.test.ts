import { expect, test } from 'vitest';
import { Deeds } from '../engine/deeds.ts';
import { noJournal } from '../engine/journal.ts';
import { Store } from '../engine/store.ts';
import { createApi } from '../http/api.ts';
import { parseForm } from '../http/form.ts';
import { paymentRoutes } from '../resources/payments/payments.ts';
import { authenticationRoute } from './actions.ts';
import { NOW } from './payments.fixture.ts';

/** The routes of payments with the control that answers a card's bank. */
function start() {
  const faults: unknown[] = [];
  const clock = (): number => NOW * 1000;
  const deeds = new Deeds({ store: new Store(), journal: noJournal, clock, seed: 'actions' });
  const api = createApi({
    deeds,
    routes: [...paymentRoutes, authenticationRoute],
    expanders: { byProperty: {}, included: {} },
    onFault: (error) => void faults.push(error),
  });
  const post = (path: string, rawForm: string) => {
    const form = parseForm(rawForm);
    const asked = { method: 'POST', path, form, rawForm, idempotencyKey: null, requestId: 'req_1' };
    const { status, body } = api.answer(asked);
    expect(faults).toEqual([]);
    return { status, object: JSON.parse(body) as Readonly<Record<string, unknown>> };
  };
  return { post };
}

const method = 'payment_method=pm_card_authenticationRequired&confirm=true';

test('the control answers the bank for payments and set-ups, once', () => {
  const { post } = start();
  const kinds = [
    ['/v1/payment_intents', `amount=1000&currency=eur&${method}`],
    ['/v1/setup_intents', method],
  ] as const;
  for (const [path, form] of kinds) {
    const { object: asked } = post(path, form);
    expect(asked['status']).toBe('requires_action');
    const answer = `/_sandbox/intents/${String(asked['id'])}/authenticate`;
    const { object: done } = post(answer, 'succeeds=true');
    expect(done).toMatchObject({ id: asked['id'], status: 'succeeded' });
    expect(post(answer, 'succeeds=true').status).toBe(400);
  }
  expect(post('/_sandbox/intents/pi_none/authenticate', 'succeeds=true').status).toBe(404);
});
