import { expect, test } from 'vitest';
import type { Figures } from '../measure/measure.ts';
import type { Compared } from '../measure/rounds.ts';
import { scenarios } from '../scenarios.ts';
import { renderDocument, type Results } from './document.ts';
import { renderTable } from './table.ts';
import { renderTargets } from './targets.ts';

function figures(of: Partial<Figures>): Figures {
  return {
    perSecond: 10_000,
    latencies: { p50Ms: 5, p99Ms: 15, maxMs: 30 },
    serverMs: 0.04,
    postgresMs: 0.02,
    loadMs: 0.02,
    peakMemoryMiB: 300,
    ...of,
  };
}

function compared(name: string, of: Partial<Figures> & { ratio?: number } = {}): Compared {
  const { ratio = 0.95, ...own } = of;
  const pair = { own: figures(own), empty: figures({}) };
  const scenario = scenarios.find((each) => each.name === name)!;
  return { scenario, ...pair, ratio, pairs: [pair] };
}

function size(events: number, serverMs: number) {
  const batch = compared('batch', { serverMs });
  return { events, eventsAtEnd: events, compared: [batch], fill: batch.own };
}

/** Whether each target is met, by its title. */
function verdicts(text: string): Record<string, string> {
  const rows = text.split('\n').slice(2);
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
  return Object.fromEntries(cells.map((row) => [row[1] ?? '', row[4] ?? '']));
}

test('each target is held against the figure that it is about', () => {
  const text = renderTargets(
    [
      compared('check', { serverMs: 0.051 }),
      compared('track', { ratio: 0.49, postgresMs: 0.06 }),
      compared('hot', { perSecond: 8_999 }),
      compared('batch', { perSecond: 35_000 }),
    ],
    [size(10_000, 0.02), size(10_000_000, 0.04)],
  );
  expect(verdicts(text)).toEqual({
    'check, metered: rate against the empty route': 'yes',
    'check, metered: Node, ms of CPU': 'no',
    'check, metered: Postgres, ms of CPU': 'yes',
    'check, metered: p99, ms': 'yes',
    'track: rate against the empty route': 'no',
    'track: Node, ms of CPU': 'yes',
    'track: Postgres, ms of CPU': 'yes',
    'track: p99, ms': 'yes',
    'batch of 1000, four at once: events a second': 'yes',
    'track, one user: rate against many users': 'no',
    // (0.04 + 0.02) / (0.02 + 0.02) is just the one and a half that is let.
    'an event with 10,000,000 stored against 10,000: CPU': 'yes',
  });
});

const sandbox = {
  requests: [
    { title: 'retrieve a customer', cpuMs: 0.2 },
    { title: 'preview an invoice', cpuMs: 2.1 },
  ],
  subscribers: 500,
  customers: 1_000,
  yearSeconds: 19.9,
};

test('the sandbox is held to its dearest request and to its year', () => {
  expect(verdicts(renderTargets([], [], { sandbox }))).toEqual({
    'Stripe sandbox: preview an invoice, the dearest, ms': 'no',
    'Stripe sandbox: 1,000 customers for a year, s': 'yes',
  });
});

test('what was not measured has no target, no table and no section', () => {
  const results: Results = {
    command: 'npm run bench -- --only check',
    machine: {
      processor: 'a processor',
      cores: 2,
      memoryGiB: 8,
      kernel: 'Linux',
      node: '26',
      postgres: '18',
      fsyncMs: 0.1,
      date: '2026-03-10',
    },
    extent: { rounds: 1, warmUpMs: 100, measureMs: 1_000 },
    compared: [compared('check')],
    sizes: [],
  };
  const page = renderDocument(results);
  expect(page).toContain('## Figures');
  expect(page).not.toMatch(/## Growth|## Gathered|## The Stripe|track: rate/);
  const whole = renderDocument({ ...results, sandbox });
  expect(whole).toContain('## The Stripe sandbox');
  const prose = whole.split('\n').filter((line) => !line.startsWith('|'));
  for (const line of prose) expect(line.length).toBeLessThanOrEqual(100);
});

test('the columns of a table stand below each other', () => {
  const table = renderTable(
    ['name', 'n'],
    [
      ['a', '1,000'],
      ['longer', '2'],
    ],
  );
  expect(table.split('\n')).toEqual([
    '| name   |     n |',
    '| ------ | ----: |',
    '| a      | 1,000 |',
    '| longer |     2 |',
  ]);
});
