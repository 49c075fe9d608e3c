import { createServer } from 'node:http';
import express from 'express';
import type { Request, Response } from 'express';
import { describeGate, USAGE } from '../test/support/gate-cases.ts';
import { listen } from '../test/support/scripted-server.ts';
import type { WhisperForge } from './client.ts';
import { answerOf, meter, meterOf, requireFeature } from './express.ts';

async function work(request: Request, response: Response, onAborted: () => void): Promise<void> {
  const metered = meterOf(request, 'audio_minutes');
  const deed = request.get('x-do') ?? '';
  if (deed.startsWith('report')) metered.report(USAGE);
  if (deed.endsWith('refuse')) response.status(400);
  if (deed === 'fail') response.status(500);
  if (deed === 'throw') throw new Error('the model is down');
  if (deed === 'stream') {
    response.write('one two');
    metered.report(USAGE);
    response.end(' three');
    return;
  }
  if (deed === 'hang') {
    await new Promise<void>((resolve) => {
      metered.signal.addEventListener('abort', () => resolve());
    });
    onAborted();
  }
  response.json({ reservation: metered.reservation.id });
}

function build(client: WhisperForge, onAborted: () => void) {
  const app = express();
  // Express prints what handlers throw unless it is told that this is a test.
  app.set('env', 'test');
  const user = (request: Request) => request.get('x-user');
  const gate = requireFeature(client, 'api_access', { user, amount: () => 2, value: 'gpt-4' });
  app.get('/gated', gate, (request, response) => {
    response.json({ plan: answerOf(request, 'api_access')?.plan });
  });
  const metering = meter(client, 'audio_minutes', { user, amount: async () => 5 });
  app.get('/work', metering, (request, response, next) => {
    work(request, response, onAborted).catch(next);
  });
  return app;
}

describeGate((client, onAborted) => listen(createServer(build(client, onAborted))));
