import { Readable } from 'node:stream';
import fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { describeGate, USAGE } from '../test/support/gate-cases.ts';
import { COMMIT, gatedService } from '../test/support/gated-service.ts';
import { PATIENCE } from '../test/support/patience.ts';
import type { WhisperForge } from './client.ts';
import { answerOf, meter, meterOf, requireFeature } from './fastify.ts';

function build(client: WhisperForge, onAborted: () => void = () => undefined) {
  const app = fastify();
  const user = (request: { headers: Record<string, unknown> }) =>
    request.headers['x-user'] as string | undefined;
  const gate = requireFeature(client, 'api_access', { user, amount: () => 2, value: 'gpt-4' });
  app.get('/gated', { preHandler: gate }, (request) => ({
    plan: answerOf(request, 'api_access')?.plan,
  }));
  // A typed route takes the hook as it is.
  app.get<{ Headers: { 'x-do': string } }>(
    '/work',
    { preHandler: meter(client, 'audio_minutes', { user, amount: async () => 5 }) },
    async (request, reply) => {
      const metered = meterOf(request, 'audio_minutes');
      const deed = request.headers['x-do'];
      if (deed.startsWith('report')) metered.report(USAGE);
      if (deed.endsWith('refuse')) return reply.code(400).send({ refused: true });
      if (deed === 'fail') return reply.code(500).send({ failed: true });
      if (deed === 'throw') throw new Error('the model is down');
      if (deed === 'stream') {
        return Readable.from(
          (async function* () {
            yield 'one two';
            metered.report(USAGE);
            yield ' three';
          })(),
        );
      }
      if (deed === 'hang') {
        await new Promise<void>((resolve) => {
          metered.signal.addEventListener('abort', () => resolve());
        });
        onAborted();
      }
      return { reservation: metered.reservation.id };
    },
  );
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return app;
}

describeGate((client, onAborted) => build(client, onAborted).listen({ port: 0 }));

it('settles requests that are injected rather than sent', async () => {
  const { client, server, settled } = await gatedService();
  const app = build(client);
  const headers = { 'x-user': 'customer', 'x-do': 'report' };
  const response = await app.inject({ url: '/work', headers });
  expect(response.json()).toEqual({ reservation: 'rsv_1' });
  await expect.poll(settled, PATIENCE).toEqual([COMMIT]);
  expect(server.bodies(COMMIT)).toHaveLength(1);
});
