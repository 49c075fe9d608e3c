import type { FastifyInstance } from 'fastify';
import { AppError } from '../platform/errors.ts';
import { NOT_READY } from './problems/errors.ts';
import type { Metrics } from './metrics.ts';

/** Something without which this process should get no requests. */
export interface ReadinessCheck {
  readonly name: string;
  /** What is wrong, for the operator and without secrets; nothing where all is well. */
  fault(): Promise<string | undefined>;
}

export interface HealthOptions {
  readonly checks: readonly ReadinessCheck[];
  readonly metrics: Metrics;
  /** From the first step of a shutdown on. */
  readonly isClosing: () => boolean;
}

/** Liveness, readiness and metrics: for the machines that run this one. */
export function mountHealth(server: FastifyInstance, options: HealthOptions): void {
  const { registry } = options.metrics;
  const hidden = { schema: { hide: true } };
  server.get('/healthz', hidden, () => ({ status: 'ok' }));
  server.get('/readyz', hidden, async () => {
    const faults = options.isClosing()
      ? [['process', 'is shutting down'] as const]
      : await findFaults(options.checks);
    if (faults.length > 0) throw notReady(faults);
    return { status: 'ready', checks: options.checks.map(({ name }) => name) };
  });
  server.get('/metrics', hidden, async (_request, reply) => {
    void reply.type(registry.contentType);
    return registry.metrics();
  });
}

type Fault = readonly [name: string, fault: string];

const CHECK_TIMEOUT_MS = 3_000;

async function findFaults(checks: readonly ReadinessCheck[]): Promise<Fault[]> {
  const found = await Promise.all(checks.map((check) => withinTime(check)));
  return checks.flatMap(({ name }, index) => {
    const fault = found[index];
    return fault === undefined ? [] : [[name, fault] as const];
  });
}

async function withinTime(check: ReadinessCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('does not answer in time'), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([check.fault(), late]);
  } catch {
    return 'does not answer';
  } finally {
    clearTimeout(timer);
  }
}

function notReady(faults: readonly Fault[]): AppError {
  return new AppError(NOT_READY, {
    message: `Not ready: ${faults.map(([name, fault]) => `${name} ${fault}`).join('; ')}.`,
    retryAfterSeconds: 1,
    members: { failing: Object.fromEntries(faults) },
  });
}
