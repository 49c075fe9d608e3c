import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestServer } from '../../server/test/support/server.ts';
import { bareEnvironment } from '../../tools/vitest/bare-environment.ts';
import { run } from './main.ts';
import { wavOfSilence } from './make-recordings.ts';
import { mp3OfSilence } from './test/recordings.ts';

const server = useTestServer();
const runProgram = promisify(execFile);
const PROGRAM = join(import.meta.dirname, 'main.ts');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transcribe-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function environment(): Record<string, string> {
  return { WHISPERFORGE_URL: server.url, WHISPERFORGE_KEY: server.secretKey };
}

async function runApp(...args: string[]): Promise<{ exitCode: number; output: string }> {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const exitCode = await run(args, { env: environment(), print });
  return { exitCode, output: lines.join('\n') };
}

async function record(name: string, minutes: number): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, wavOfSilence(minutes * 60));
  return file;
}

interface Minutes {
  readonly used: number;
  readonly reserved: number;
  readonly remaining: number;
}

async function minutesOf(user: string): Promise<Minutes> {
  type Balance = Minutes & { feature: string };
  const { body } = await server.request<{ data: Balance[] }>('GET', `/v1/users/${user}/usage`);
  const { used, reserved, remaining } = body.data.find((b) => b.feature === 'audio_minutes')!;
  return { used, reserved, remaining };
}

async function eventsOf(user: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    const text = `
      SELECT e.resource_consumed AS minutes, e.cost_cents, e.model, e.provider, e.tokens_in,
        e.tokens_out, e.metadata->>'file' AS file
      FROM billing.usage_events e JOIN billing.users u ON u.id = e.user_id
      WHERE u.external_id = $1 ORDER BY e.recorded_at, e.id`;
    return (await client.query<Record<string, unknown>>(text, [user])).rows;
  } finally {
    await client.end();
  }
}

test('recordings are processed until exactly the quota, and the next one is refused', async () => {
  const { exitCode, output } = await runApp('--user', 'quick');
  expect(exitCode).toBe(3);
  expect(output).toContain('[####----------------] 12 of 60 minutes used, 48 left');
  expect(output).toContain('friday.wav, 9 minutes');
  expect(output).toContain('[####################] 60 of 60 minutes used, 0 left');
  expect(output.slice(output.indexOf('saturday.wav')).split('\n')).toEqual([
    'saturday.wav, 11 minutes',
    '  [####################] 60 of 60 minutes used, 0 left',
    '  0 of 60 minutes are left, which is not enough.',
    '  They start anew on 10 April 2026 at 12:00 UTC.',
    '  Plan pro would allow it: 300 minutes a month for 19.00 USD.',
    '  Your account page can change that; this link opens it once:',
    expect.stringMatching(/^ {2}http.*\/account\/enter\?token=\S+$/),
  ]);
  expect(await minutesOf('quick')).toEqual({ used: 60, reserved: 0, remaining: 0 });
  const events = await eventsOf('quick');
  expect(events).toHaveLength(5);
  expect(events[0]).toEqual({
    minutes: '12.000000',
    cost_cents: '7.200000',
    model: 'pretend-transcriber',
    provider: 'stand-in',
    tokens_in: '7200',
    tokens_out: '2400',
    file: 'monday.wav',
  });

  const again = await runApp('--user', 'quick');
  expect(again.exitCode).toBe(3);
  expect(again.output).toContain('monday.wav');
  expect(again.output).not.toContain('tuesday.wav');
});

test('what does not fit into the rest is refused whole, and the rest stays usable', async () => {
  const long = await record('long.wav', 50);
  const longer = await record('longer.wav', 10.5);
  const short = await record('short.wav', 9.5);
  const refused = await runApp('-u', 'rest', long, longer, short);
  expect(refused.exitCode).toBe(3);
  expect(refused.output).toContain('10 of 60 minutes are left, which is not enough.');
  expect(await minutesOf('rest')).toEqual({ used: 50, reserved: 0, remaining: 10 });
  expect((await runApp('-u', 'rest', short)).exitCode).toBe(0);
  expect(await minutesOf('rest')).toEqual({ used: 59.5, reserved: 0, remaining: 0.5 });
});

test('the plan that is suggested is the cheapest that has room for the recording', async () => {
  const day = await record('day.wav', 1_001);
  const { exitCode, output } = await runApp('-u', 'suggested', day);
  expect(exitCode).toBe(3);
  const advice =
    'Plan enterprise would allow it: unlimited minutes a month at a price to be agreed';
  expect(output).toContain(advice);
});

test('a transcription that fails gives its minutes back and books nothing', async () => {
  const file = await record('broken.wav', 40);
  const { exitCode, output } = await runApp('--user', 'failing', '--fail', file);
  expect(exitCode).toBe(1);
  expect(output).toContain('broken.wav failed, and nothing was booked: the stand-in was told to');
  expect(output).toContain('[--------------------] 0 of 60 minutes used, 60 left');
  expect(await minutesOf('failing')).toEqual({ used: 0, reserved: 0, remaining: 60 });
  expect(await eventsOf('failing')).toEqual([]);
  expect((await runApp('--user', 'failing', file)).exitCode).toBe(0);
});

test('apps that run side by side for one user never use more than the quota', async () => {
  const files = await Promise.all([25, 20, 15, 10, 5].map((m) => record(`side-${m}.wav`, m)));
  const runs = await Promise.all(files.map((file) => runApp('--user', 'sides', file)));
  const { used, reserved } = await minutesOf('sides');
  const events = (await eventsOf('sides')) as { minutes: string }[];
  expect(used).toBe(events.reduce((sum, { minutes }) => sum + Number(minutes), 0));
  expect(used).toBeLessThanOrEqual(60);
  expect(reserved).toBe(0);
  expect(runs.filter(({ exitCode }) => exitCode === 0)).toHaveLength(events.length);
  expect(runs.some(({ exitCode }) => exitCode === 3)).toBe(true);
});

test('a file that is no recording is named, and the others are processed', async () => {
  const letter = join(folder, 'letter.txt');
  await writeFile(letter, 'Dear all, this is no recording.');
  const song = join(folder, 'song.mp3');
  await writeFile(song, mp3OfSilence([{ kilobits: 8, frames: 2_500 }]));
  const { exitCode, output } = await runApp('-u', 'mixed', letter, join(folder, 'none'), song);
  expect(exitCode).toBe(1);
  expect(output).toContain('letter.txt failed, and nothing was booked');
  expect(output).toContain(
    'none failed, and nothing was booked: it cannot be read as a recording (ENOENT',
  );
  expect(output).toContain('song.mp3, 1.5 minutes');
  expect(await minutesOf('mixed')).toEqual({ used: 1.5, reserved: 0, remaining: 58.5 });
});

test('a user who is known already is left as they are', async () => {
  await server.request('PUT', '/v1/users/known', { email: 'known@company.example' });
  const file = await record('known.wav', 1);
  expect((await runApp('--user', 'known', file)).exitCode).toBe(0);
  const { body } = await server.request<{ email: string }>('GET', '/v1/users/known');
  expect(body.email).toBe('known@company.example');
});

test('the program finds files from where npm was called, and ends with the code', async () => {
  await record('spoken.wav', 2);
  const env = { ...bareEnvironment(), INIT_CWD: folder, ...environment() };
  const start = (...args: string[]) =>
    runProgram(process.execPath, ['--conditions=@whisperforge/source', PROGRAM, ...args], { env });
  const { stdout } = await start('--user', 'program', 'spoken.wav');
  expect(stdout).toContain('spoken.wav, 2 minutes');
  await expect(start('--user', 'program', '--fail', 'spoken.wav')).rejects.toMatchObject({
    code: 1,
  });
  await expect(start('--loud')).rejects.toMatchObject({ code: 2 });
});

test('without the environment it uses the key that npm start has left', async () => {
  const file = await record('key.wav', 1);
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const env = { WHISPERFORGE_URL: server.url, DATA_DIR: folder };
  expect(await run([file], { env, print })).toBe(1);
  expect(lines.join('\n')).toContain('Run `npm start` in another terminal first');
  await writeFile(join(folder, 'secret-key'), `${server.secretKey}\n`);
  expect(await run([file], { env, print })).toBe(0);
});

test('a wrong key and an absent service are told in words that help', async () => {
  const file = await record('nowhere.wav', 1);
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const wrong = { ...environment(), WHISPERFORGE_KEY: 'wf_test_of-somebody-else-entirely' };
  expect(await run([file], { env: wrong, print })).toBe(1);
  expect(lines.at(-1)).toContain('secret key is unknown or revoked');
  const absent = { ...environment(), WHISPERFORGE_URL: 'http://127.0.0.1:1' };
  expect(await run([file], { env: absent, print })).toBe(1);
  expect(lines.at(-1)).toContain('The service could not be reached. Is it running?');
});
