import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterAll, expect, it } from 'vitest';

/** A hundred in the soak. */
const KILLS = Number(process.env['SANDBOX_KILLS'] ?? 3);
const WRITERS = 6;

const folder = mkdtempSync(join(tmpdir(), 'stripe-sandbox-kill-'));
const journal = join(folder, 'journal');
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

interface Running {
  readonly process: ChildProcess;
  readonly stripe: Stripe;
}

async function start(): Promise<Running> {
  const fixture = join(import.meta.dirname, 'kill.fixture.ts');
  const child = spawn(process.execPath, [fixture, journal], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(chunk.toString('utf8'));
  const config = { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0 } as const;
  return { process: child, stripe: new Stripe('sk_test_123', config) };
}

/** What was asked for under a key, and what was answered, where an answer came. */
interface Asked {
  readonly key: string;
  readonly id?: string;
}

/** Makes customers until the sandbox is gone. */
async function write(
  { stripe }: Running,
  { name, onAnswer }: { readonly name: string; readonly onAnswer: () => void },
): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (let number = 0; ; number += 1) {
    const key = `${name}-${number}`;
    try {
      const { id } = await stripe.customers.create({ name: key }, { idempotencyKey: key });
      asked.push({ key, id });
      onAnswer();
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeConnectionError)) throw error;
      return [...asked, { key }];
    }
  }
}

async function names({ stripe }: Running): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { id, name } of stripe.customers.list({ limit: 100 })) {
    if (found.has(name!)) throw new Error(`${name} is there twice`);
    found.set(name!, id);
  }
  return found;
}

/** What was asked for of a sandbox until it was killed at an answer, with others under way. */
async function killAtAnswer(fatal: number, round: number): Promise<Asked[]> {
  const sandbox = await start();
  let answered = 0;
  const onAnswer = (): void => {
    answered += 1;
    if (answered === fatal) sandbox.process.kill('SIGKILL');
  };
  const killed = once(sandbox.process, 'exit');
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    write(sandbox, { name: `${round}-${index}`, onAnswer }),
  );
  await killed;
  return (await Promise.all(writers)).flat();
}

/** Asks for everything again, and answers what each key has come to. */
async function askAgain(
  { stripe }: Running,
  asked: readonly Asked[],
  found: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const made = new Map<string, string>();
  for (const { key, id } of asked) {
    if (id !== undefined) expect(found.get(key)).toBe(id);
    const { id: now } = await stripe.customers.create({ name: key }, { idempotencyKey: key });
    expect(now).toBe(id ?? found.get(key) ?? now);
    made.set(key, now);
  }
  return made;
}

it(
  `loses and doubles nothing that it answered when it is killed ${KILLS} times under load`,
  async () => {
    let expected: ReadonlyMap<string, string> = new Map();
    let fatal = 7;
    for (let round = 0; round < KILLS; round += 1) {
      fatal = (fatal * 73) % 251;
      const asked = await killAtAnswer(fatal, round);
      const again = await start();
      const made = await askAgain(again, asked, await names(again));
      expected = new Map([...expected, ...made]);
      const after = await names(again);
      for (const [key, id] of expected) expect(after.get(key)).toBe(id);
      expect(after.size).toBe(expected.size);
      const ended = once(again.process, 'exit');
      again.process.kill('SIGKILL');
      await ended;
    }
  },
  30_000 + KILLS * 10_000,
);
