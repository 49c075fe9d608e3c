import assert from 'node:assert/strict';
import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { startSandbox } from '@whisperforge/stripe-sandbox';
import { connectTo } from '../support/connection.ts';
import {
  exampleRequest,
  nameOf,
  readOperations,
  type Examples,
  type Operation,
} from '../support/openapi.ts';
import { spawnServer } from '../support/server-process.ts';
import type { Stage } from '../support/stage.ts';
import type { Target } from './cases.ts';
import { findStaffTargets, isOfStaff } from './staff-targets.ts';

/** A server with every operation that it documents, and a proper request for each. */
export interface TargetServer extends AsyncDisposable {
  readonly url: string;
  readonly databaseUrl: string;
  readonly targets: readonly Target[];
  /** All that it documents. */
  readonly operations: readonly Operation[];
  readonly bugs: readonly string[];
}

const USER = 'malformed-user';

export async function startTarget(stage: Stage): Promise<TargetServer> {
  const databaseUrl = await stage.newDatabase();
  const secretKey = `wf_test_${randomText(40)}`;
  await using starting = new AsyncDisposableStack();
  const sandbox = await startSandbox({ port: 0, seed: 'target' });
  starting.defer(() => sandbox.close());
  const env = { STRIPE_SECRET_KEY: 'sk_test_target', STRIPE_API_BASE: sandbox.url };
  const server = starting.use(spawnServer({ databaseUrl, secretKey, env }));
  const url = await server.serving;
  const targets = [
    ...(await findTargets(url, secretKey)),
    ...(await findStaffTargets({ url, databaseUrl, user: USER })),
  ];
  const running = starting.move();
  return {
    url,
    databaseUrl,
    targets,
    operations: await readOperations(url),
    bugs: server.bugs,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/**
 * Proper requests are sent once: refused as malformed, they would prove nothing about what is wrong
 * with their mutations. What they store is stored before the mutations come.
 */
async function findTargets(url: string, secretKey: string): Promise<Target[]> {
  const connection = await connectTo(url, secretKey);
  const user = await connection.send({
    method: 'PUT',
    path: `/v1/users/${USER}`,
    body: { email: 'malformed@example.com' },
  });
  assert.equal(user.status, 200);
  const reservation = await connection.send({
    method: 'POST',
    path: '/v1/reservations',
    body: { user: USER, feature: 'audio_minutes', amount: 1, ttl_seconds: 86_400 },
  });
  const { id } = reservation.body as { id: string };
  const examples = examplesWith(id);
  const targets: Target[] = [];
  for (const operation of await readOperations(url)) {
    if (isOfStaff(operation)) continue;
    const example = exampleRequest(operation, examples);
    const { status, body } = await connection.send(example);
    const isProper = status < 500 && ![400, 401, 403, 415].includes(status);
    const sent = JSON.stringify(example);
    assert.ok(isProper, `${nameOf(operation)} refused ${sent}: ${JSON.stringify(body)}`);
    targets.push({ operation, example, secretKey, isOfStaff: false });
  }
  connection.cut();
  return targets;
}

function examplesWith(reservationId: string): Examples {
  return (name, operation) => {
    switch (name) {
      case 'user':
        return USER;
      case 'feature':
        return operation.path.includes('/levels/') ? 'kb_files' : 'audio_minutes';
      case 'event':
        return 'audio_processed';
      case 'id':
        return reservationId;
      case 'amount':
        return 1;
      case 'occurred_at':
        return formatInstant(systemClock.nowMs());
      case 'currency':
        return 'usd';
      case 'return_url':
      case 'success_url':
      case 'cancel_url':
        return 'http://127.0.0.1:3000/';
      case 'idempotency_key':
        return `of ${nameOf(operation)}`;
      default:
        return undefined;
    }
  };
}
