import { expect, test } from 'vitest';
import { migrate } from '../../adapters/postgres/index.ts';
import { useTestDatabase } from '../../../test/support/database.ts';
import { runCli } from '../cli.ts';

const database = useTestDatabase();

async function cli(...args: string[]): Promise<{ code: number; printed: string; told: string }> {
  const printed: string[] = [];
  const told: string[] = [];
  const code = await runCli(['staff', ...args], {
    env: { NODE_ENV: 'test', DATABASE_URL: database.url, APP_URL: 'https://pay.example.com' },
    print: (line) => void printed.push(line),
    complain: (line) => void told.push(line),
  });
  return { code, printed: printed.join('\n'), told: told.join('\n') };
}

test('an operator lets somebody in by a link, and nobody twice', async () => {
  await migrate({ databaseUrl: database.url, schema: 'billing' });
  const invited = await cli('invite', 'Ada@Example.com', '--role', 'owner');
  expect(invited).toMatchObject({ code: 0 });
  expect(invited.printed).toMatch(/^https:\/\/pay\.example\.com\/admin\/invitations#[0-9a-z]{40}$/);
  expect(await cli('list')).toMatchObject({ code: 0 });
  expect(await cli('invite', 'ada@example.com', '--role', 'boss')).toMatchObject({ code: 2 });
});

test('nobody is reset or shut out who is not there', async () => {
  for (const command of ['reset', 'deactivate']) {
    expect(await cli(command, 'nobody@example.com')).toEqual({
      code: 1,
      printed: '',
      told: 'There is no member of staff nobody@example.com.',
    });
  }
});
