import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveAYear } from '../../stripe-sandbox/test/thousand-customers.ts';
import { median } from '../measure/median.ts';
import { processCpuMs } from '../measure/processes.ts';
import { clientOf, type Ask } from './client.ts';
import { startSandboxProcess } from './process.ts';
import {
  makeSubscribers,
  ordinaryRequests,
  type OrdinaryRequest,
  type Subscriber,
} from './requests.ts';

/** What an ordinary request costs the sandbox. */
export interface RequestCost {
  readonly title: string;
  /** CPU time of its whole process, in the middle of the rounds. */
  readonly cpuMs: number;
}

/** What was found of the Stripe sandbox. */
export interface SandboxFigures {
  readonly requests: readonly RequestCost[];
  readonly subscribers: number;
  /** How many lived for a year, each paying every month, and how long that took. */
  readonly customers: number;
  readonly yearSeconds: number;
}

export interface SandboxExtent {
  readonly rounds: number;
  /** How many requests of each kind are asked in a round. */
  readonly requests: number;
  readonly subscribers: number;
  readonly customers: number;
}

export const SANDBOX_EXTENT = { requests: 1_000, subscribers: 500, customers: 1_000 } as const;

/** The first of each month, from a January to the December; the next is a draft for an hour yet. */
const INVOICES_A_YEAR = 12;

export async function measureSandbox(extent: SandboxExtent): Promise<SandboxFigures> {
  const { subscribers, customers } = extent;
  const requests = await measureRequests(extent);
  const { advancingSeconds, paidInvoices } = await liveAYear(customers);
  if (paidInvoices !== customers * INVOICES_A_YEAR) {
    throw new Error(`${customers} customers have paid ${paidInvoices} invoices in a year.`);
  }
  return { requests, subscribers, customers, yearSeconds: advancingSeconds };
}

async function measureRequests({ rounds, ...extent }: SandboxExtent): Promise<RequestCost[]> {
  const folder = mkdtempSync(join(tmpdir(), 'whisperforge-bench-sandbox-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true }));
  const sandbox = await startSandboxProcess(join(folder, 'journal'));
  stack.defer(() => sandbox.stop());
  const ask = clientOf(sandbox.url);
  const at = { ask, pid: sandbox.pid, count: extent.requests };
  const subscribers = await makeSubscribers(ask, extent.subscribers);
  const costs = ordinaryRequests.map((request) => ({ request, measured: [] as number[] }));
  // The first round compiles the code and counts for nothing.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { request, measured } of costs) {
      const cost = await costOf(request, { ...at, subscribers, first: round * at.count });
      if (round > 0) measured.push(cost);
    }
  }
  return costs.map(({ request, measured }) => ({
    title: request.title,
    cpuMs: median(measured),
  }));
}

interface Round {
  readonly ask: Ask;
  readonly pid: number;
  readonly subscribers: readonly Subscriber[];
  readonly first: number;
  readonly count: number;
}

/** Some are under way at once, as in life; the sandbox answers them one after the other. */
const AT_ONCE = 8;

async function costOf(request: OrdinaryRequest, round: Round): Promise<number> {
  const { ask, pid, subscribers, first, count } = round;
  const beforeMs = processCpuMs(pid);
  let next = first;
  async function askInTurn(): Promise<void> {
    while (next < first + count) {
      const turn = next;
      next += 1;
      const answer = await request.ask(ask, subscribers[turn % subscribers.length]!, turn);
      if (answer.object !== request.object) {
        throw new Error(`${request.title} must answer a ${request.object}, not ${answer.object}.`);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, askInTurn));
  return (processCpuMs(pid) - beforeMs) / count;
}
