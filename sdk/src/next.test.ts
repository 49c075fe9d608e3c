import { describe, expect, it } from 'vitest';
import { describeGate, USAGE } from '../test/support/gate-cases.ts';
import { COMMIT, gatedService, RELEASE } from '../test/support/gated-service.ts';
import { serveFetch } from '../test/support/serve-fetch.ts';
import type { WhisperForge } from './client.ts';
import { answerOf, meter, meterOf, requireFeature } from './next.ts';

function streamed(report: () => void): Response {
  const chunks = ['one two', ' three'];
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const chunk = chunks.shift();
      if (chunk === undefined) {
        report();
        controller.close();
      } else controller.enqueue(encoder.encode(chunk));
    },
  });
  return new Response(body);
}

function build(client: WhisperForge, onAborted: () => void) {
  const user = (request: Request) => request.headers.get('x-user');
  const gate = requireFeature(client, 'api_access', { user, amount: () => 2, value: 'gpt-4' });
  const gated = gate((request) => Response.json({ plan: answerOf(request, 'api_access')?.plan }));
  const metering = meter(client, 'audio_minutes', { user, amount: async () => 5 });
  const work = metering(async (request) => {
    const metered = meterOf(request, 'audio_minutes');
    const deed = request.headers.get('x-do') ?? '';
    if (deed.startsWith('report')) metered.report(USAGE);
    if (deed.endsWith('refuse')) return Response.json({ refused: true }, { status: 400 });
    if (deed === 'fail') return Response.json({ failed: true }, { status: 500 });
    if (deed === 'throw') throw new Error('the model is down');
    if (deed === 'stream') return streamed(() => metered.report(USAGE));
    if (deed === 'hang') {
      await new Promise<void>((resolve) => {
        metered.signal.addEventListener('abort', () => resolve());
      });
      onAborted();
    }
    return Response.json({ reservation: metered.reservation.id });
  });
  return (request: Request) =>
    new URL(request.url).pathname === '/gated' ? gated(request) : work(request);
}

describeGate((client, onAborted) => serveFetch(build(client, onAborted)));

describe('a wrapped route handler', () => {
  interface NextRequest extends Request {
    readonly nextUrl: URL;
  }
  interface RouteContext {
    readonly params: Promise<{ readonly id: string }>;
  }
  const user = (request: Request) => request.headers.get('x-user');
  const context: RouteContext = { params: Promise.resolve({ id: '7' }) };
  const headers = { 'x-user': 'customer' };
  const request = new Request('http://app.test/files/7', { headers }) as NextRequest;

  it("keeps the types of the framework's request and of the route's parameters", async () => {
    const { client } = await gatedService();
    const handler = requireFeature(client, 'api_access', { user })(
      async (_: NextRequest, { params }: RouteContext) => Response.json(await params),
    );
    expect(await (await handler(request, context)).json()).toEqual({ id: '7' });
  });

  it('may read the user from the parameters of its route', async () => {
    const { client, server } = await gatedService();
    const gate = requireFeature(client, 'api_access', {
      user: async (_: Request, { params }: RouteContext) => (await params).id,
    });
    await gate(() => new Response())(request, context);
    expect(server.bodies('/v1/check')).toEqual([{ user: '7', feature: 'api_access' }]);
  });

  it('has booked before it answers when the work has been reported', async () => {
    const { client, settled } = await gatedService();
    const handler = meter(client, 'audio_minutes', { user, amount: 5 })((given: Request) => {
      meterOf(given, 'audio_minutes').report(USAGE);
      return new Response('done');
    });
    await handler(request);
    expect(settled()).toEqual([COMMIT]);
  });

  it('releases when a stream fails, and passes the failure on', async () => {
    const { client, settled } = await gatedService();
    const handler = meter(client, 'audio_minutes', { user, amount: 5 })(
      () =>
        new Response(
          new ReadableStream({
            pull: (controller) => controller.error(new Error('the model is down')),
          }),
        ),
    );
    await expect((await handler(request)).text()).rejects.toThrow('the model is down');
    expect(settled()).toEqual([RELEASE]);
  });

  it('releases when a stream is no longer wanted', async () => {
    const { client, settled } = await gatedService();
    const handler = meter(client, 'audio_minutes', { user, amount: 5 })(() =>
      streamed(() => undefined),
    );
    const response = await handler(request);
    await response.body?.cancel();
    expect(settled()).toEqual([RELEASE]);
  });

  it('refuses a report that comes too late to be booked', async () => {
    const { client } = await gatedService();
    let late: (() => void) | undefined;
    const handler = meter(client, 'audio_minutes', { user, amount: 5 })((given: Request) => {
      late = () => meterOf(given, 'audio_minutes').report(USAGE);
      return new Response(null, { status: 204 });
    });
    await handler(request);
    expect(late).toThrow(/report before the response ends/);
  });

  it('takes the usage from its option, and releases when that throws', async () => {
    const { client, server, settled, reported } = await gatedService();
    const usage = (given: Request) => {
      const minutes = given.headers.get('x-minutes');
      if (minutes === null) throw new Error('how many minutes?');
      return { amount: minutes, model: 'whisper-1' };
    };
    const handler = meter(client, 'audio_minutes', { user, amount: 5, usage })(
      () => new Response(null, { status: 204 }),
    );
    await handler(new Request('http://app.test/', { headers: { ...headers, 'x-minutes': '3.5' } }));
    expect(server.bodies(COMMIT)).toEqual([{ amount: '3.5', model: 'whisper-1' }]);
    await handler(request);
    expect(settled()).toEqual([COMMIT, RELEASE]);
    expect(reported).toMatchObject([{ context: { during: 'usage', reservationId: 'rsv_1' } }]);
  });
});
