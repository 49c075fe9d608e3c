import { Hono } from 'hono';
import { streamText } from 'hono/streaming';
import type { Context } from 'hono';
import { describeGate, USAGE } from '../test/support/gate-cases.ts';
import { serveFetch } from '../test/support/serve-fetch.ts';
import type { WhisperForge } from './client.ts';
import { answerOf, meter, meterOf, requireFeature } from './hono.ts';

function build(client: WhisperForge, onAborted: () => void) {
  const app = new Hono();
  app.onError((_, context) => context.json({ failed: true }, 500));
  const user = (context: Context) => context.req.header('x-user');
  const gate = requireFeature(client, 'api_access', { user, amount: () => 2, value: 'gpt-4' });
  app.get('/gated', gate, (context) => {
    return context.json({ plan: answerOf(context, 'api_access')?.plan });
  });
  const metering = meter(client, 'audio_minutes', { user, amount: async () => 5 });
  app.get('/work', metering, async (context) => {
    const metered = meterOf(context, 'audio_minutes');
    const deed = context.req.header('x-do') ?? '';
    if (deed.startsWith('report')) metered.report(USAGE);
    if (deed.endsWith('refuse')) return context.json({ refused: true }, 400);
    if (deed === 'fail') return context.json({ failed: true }, 500);
    if (deed === 'throw') throw new Error('the model is down');
    if (deed === 'stream') {
      return streamText(context, async (stream) => {
        await stream.write('one two');
        metered.report(USAGE);
        await stream.write(' three');
      });
    }
    if (deed === 'hang') {
      await new Promise<void>((resolve) => {
        metered.signal.addEventListener('abort', () => resolve());
      });
      onAborted();
    }
    return context.json({ reservation: metered.reservation.id });
  });
  return app;
}

describeGate((client, onAborted) => {
  const app = build(client, onAborted);
  return serveFetch((request) => app.fetch(request));
});
