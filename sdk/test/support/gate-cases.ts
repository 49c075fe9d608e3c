import { describe, expect, it } from 'vitest';
import type { WhisperForge } from '../../src/client.ts';
import { COMMIT, gatedService, RELEASE } from './gated-service.ts';
import type { GatedService } from './gated-service.ts';
import { json, problem, scriptedServer } from './scripted-server.ts';
import { drivenClient } from './client.ts';
import { PATIENCE } from './patience.ts';

/**
 * An app of one framework on a loopback port. The user is the header `x-user`; the amount that
 * `/work` holds is 5, and what its handler does is the header `x-do`: `report`, `nothing`,
 * `refuse` (400), `report-and-refuse`, `fail` (500), `throw`, `stream` (reports at the end), or
 * `hang` until the signal of its meter aborts, which it tells by `onAborted`.
 */
export interface GatedApp {
  (client: WhisperForge, onAborted: () => void): Promise<string>;
}

export const USAGE = { amount: 4, costCents: '0.5', model: 'whisper-1' };
const WIRE_USAGE = { amount: 4, cost_cents: '0.5', model: 'whisper-1' };

function ask(url: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url + path, { headers });
}

async function withApp(app: GatedApp, service?: GatedService) {
  const gated = service ?? (await gatedService());
  let abortedCount = 0;
  const url = await app(gated.client, () => {
    abortedCount += 1;
  });
  return { ...gated, url, aborted: () => abortedCount };
}

/** The same guarantees for each framework, each on a real server of its own. */
export function describeGate(app: GatedApp): void {
  describe('requireFeature', () => {
    it('lets a user through who may, and hands the answer to the handler', async () => {
      const { url, server } = await withApp(app);
      const response = await ask(url, '/gated', { 'x-user': 'customer' });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ plan: 'business' });
      expect(server.bodies('/v1/check')).toEqual([
        { user: 'customer', feature: 'api_access', amount: 2, value: 'gpt-4' },
      ]);
    });

    it('answers 402 where another plan would allow it, and names that plan', async () => {
      const { url } = await withApp(app);
      const response = await ask(url, '/gated', { 'x-user': 'free' });
      expect(response.status).toBe(402);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toEqual({
        type: 'about:blank',
        title: 'Payment Required',
        status: 402,
        code: 'upgrade_required',
        detail: 'api_access is not part of the plan. The plan business would allow it.',
        feature: 'api_access',
        reason: 'feature_not_in_plan',
        plan: 'free',
        upgrade: 'business',
        limit: null,
        used: 0,
        remaining: null,
        resets_at: null,
      });
    });

    it('answers 403 where no plan would', async () => {
      const { url } = await withApp(app);
      const response = await ask(url, '/gated', { 'x-user': 'banned' });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({
        code: 'not_allowed',
        reason: 'subscription_inactive',
        upgrade: null,
      });
    });

    it('answers 401 where nobody is signed in, without asking', async () => {
      const { url, server } = await withApp(app);
      const response = await ask(url, '/gated');
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'unauthenticated' });
      expect(server.received).toEqual([]);
    });

    it('answers 503 with Retry-After while the service is away and the rule says no', async () => {
      const { url } = await withApp(
        app,
        await gatedService({ '/v1/check': (response) => response.destroy() }),
      );
      const response = await ask(url, '/gated', { 'x-user': 'customer' });
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await response.json()).toMatchObject({ code: 'service_unavailable' });
    });

    it('does not tell the user to sign in when the secret key is wrong', async () => {
      const { url } = await withApp(
        app,
        await gatedService({
          '/v1/check': (response) => problem(response, 401, 'secret_key_unknown'),
        }),
      );
      const response = await ask(url, '/gated', { 'x-user': 'customer' });
      expect(response.status).toBe(500);
    });
  });

  describe('meter', () => {
    it('holds before the handler, and books what it reports', async () => {
      const { url, server, settled } = await withApp(app);
      const response = await ask(url, '/work', { 'x-user': 'customer', 'x-do': 'report' });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ reservation: 'rsv_1' });
      await expect.poll(settled, PATIENCE).toEqual([COMMIT]);
      expect(server.bodies(COMMIT)).toEqual([WIRE_USAGE]);
      expect(server.bodies('/v1/reservations')).toMatchObject([
        { user: 'customer', feature: 'audio_minutes', amount: 5 },
      ]);
    });

    it('books what was held when the handler succeeds and reports nothing', async () => {
      const { url, server, settled } = await withApp(app);
      const response = await ask(url, '/work', { 'x-user': 'customer', 'x-do': 'nothing' });
      expect(await response.json()).toEqual({ reservation: 'rsv_1' });
      await expect.poll(settled, PATIENCE).toEqual([COMMIT]);
      expect(server.bodies(COMMIT)).toEqual([{ amount: 5 }]);
    });

    it('books what a stream reports when it ends', async () => {
      const { url, server, settled } = await withApp(app);
      const response = await ask(url, '/work', { 'x-user': 'customer', 'x-do': 'stream' });
      expect(await response.text()).toBe('one two three');
      await expect.poll(settled, PATIENCE).toEqual([COMMIT]);
      expect(server.bodies(COMMIT)).toEqual([WIRE_USAGE]);
    });

    it.each([
      ['refuse', 400],
      ['fail', 500],
      ['throw', 500],
    ])('releases what it held after %s', async (deed, status) => {
      const { url, settled } = await withApp(app);
      const response = await ask(url, '/work', { 'x-user': 'customer', 'x-do': deed });
      expect(response.status).toBe(status);
      await response.arrayBuffer();
      await expect.poll(settled, PATIENCE).toEqual([RELEASE]);
    });

    it('books what was reported also when the answer is a refusal', async () => {
      const { url, server, settled } = await withApp(app);
      const headers = { 'x-user': 'customer', 'x-do': 'report-and-refuse' };
      const response = await ask(url, '/work', headers);
      expect(response.status).toBe(400);
      await response.arrayBuffer();
      await expect.poll(settled, PATIENCE).toEqual([COMMIT]);
      expect(server.bodies(COMMIT)).toEqual([WIRE_USAGE]);
    });

    it('releases when the client cuts the connection, and stops the work', async () => {
      const { url, settled, aborted, server } = await withApp(app);
      const controller = new AbortController();
      const headers = { 'x-user': 'customer', 'x-do': 'hang' };
      const asked = fetch(`${url}/work`, { headers, signal: controller.signal });
      const ended = asked.catch((error: unknown) => error);
      await expect.poll(() => server.bodies('/v1/reservations').length, PATIENCE).toBe(1);
      controller.abort();
      await ended;
      await expect.poll(settled, PATIENCE).toEqual([RELEASE]);
      await expect.poll(aborted, PATIENCE).toBe(1);
    });

    it('refuses before the handler when too little is left', async () => {
      const { url, settled } = await withApp(app);
      const response = await ask(url, '/work', { 'x-user': 'spent', 'x-do': 'report' });
      expect(response.status).toBe(402);
      expect(await response.json()).toMatchObject({
        code: 'upgrade_required',
        detail:
          'audio_minutes does not have enough left. 2 of 60 remain. The plan pro would allow it.',
        reason: 'quota_exceeded',
        upgrade: 'pro',
        limit: 60,
        used: 58,
        remaining: 2,
        resets_at: '2026-02-28T00:00:00.000Z',
      });
      expect(settled()).toEqual([]);
    });

    it('answers 401 to strangers and 503 while nothing can be held', async () => {
      const { url } = await withApp(app);
      expect((await ask(url, '/work')).status).toBe(401);

      const away = await scriptedServer({
        '/v1/reservations': (response) =>
          problem(response, 503, 'database_unavailable', { 'retry-after': '7' }),
      });
      const { client } = drivenClient(away.url, { retries: 0 });
      const closed = await app(client, () => undefined);
      const response = await ask(closed, '/work', { 'x-user': 'customer', 'x-do': 'report' });
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('7');
    });

    it('reports with its usage what could not be booked', async () => {
      const service = await gatedService({
        [COMMIT]: (response) => json(response, 404, { code: 'reservation_unknown' }),
      });
      const { url, reported } = await withApp(app, service);
      const response = await ask(url, '/work', { 'x-user': 'customer', 'x-do': 'report' });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
      await expect.poll(() => reported.length, PATIENCE).toBe(1);
      expect(reported[0]).toMatchObject({
        error: { code: 'reservation_unknown' },
        context: { during: 'commit', reservationId: 'rsv_1', usage: USAGE },
      });
    });
  });
}
