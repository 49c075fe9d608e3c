import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { renderSummary } from './summary.ts';

const usual = {
  url: 'http://127.0.0.1:3000',
  stripe: 'http://127.0.0.1:12111 (sandbox)',
  sandboxUrl: 'http://127.0.0.1:12111',
  secretKey: 'wf_test_key',
  owner: { email: 'admin@localhost.localdomain', password: 'abcd-efgh-jkmn-pqrs' },
  database: 'embedded Postgres in .data/postgres',
  databaseUrl: undefined,
  dataDir: resolve('.data'),
  isKeyKept: true,
  elapsedMs: 1_234,
};

/** The line that runs the example, as it would be copied. */
const exampleIn = (summary: string): string | undefined =>
  /^ {2}(.*npm start .*)$/m.exec(summary)?.[1];

test('names the example, which finds a usual system by itself', () => {
  const summary = renderSummary(usual);
  expect(summary).toContain('examples/transcribe');
  expect(exampleIn(summary)).toBe('npm start -s -w examples/transcribe');
});

test('tells the example what it cannot find', () => {
  const elsewhere = renderSummary({ ...usual, url: 'http://127.0.0.1:3001', isKeyKept: false });
  expect(exampleIn(elsewhere)).toBe(
    'WHISPERFORGE_URL=http://127.0.0.1:3001 WHISPERFORGE_KEY=wf_test_key ' +
      'npm start -s -w examples/transcribe',
  );
  expect(exampleIn(renderSummary({ ...usual, dataDir: '/elsewhere' }))).toBe(
    'WHISPERFORGE_KEY=wf_test_key npm start -s -w examples/transcribe',
  );
});

test('says how to sign in to the portal', () => {
  const summary = renderSummary(usual);
  expect(summary).toContain('http://127.0.0.1:3000/admin');
  expect(summary).toContain('admin@localhost.localdomain with abcd-efgh-jkmn-pqrs');
});

test('says how to move the clock of the sandbox, where it is one that is asked', () => {
  expect(renderSummary(usual)).toContain(
    'curl -X POST http://127.0.0.1:12111/_sandbox/clock -d advance_by=2764800',
  );
  expect(renderSummary({ ...usual, sandboxUrl: undefined })).not.toContain('_sandbox');
});
