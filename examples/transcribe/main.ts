import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { UnavailableError, WhisperForge, WhisperForgeError } from '@whisperforge/sdk';
import { readMinutes } from './duration.ts';
import { makeRecordings } from './make-recordings.ts';
import { explainRefusal, isMendedByPaying, minutes, renderMeter } from './report.ts';
import { pathOf, readService, type Environment } from './settings.ts';
import { FEATURE, transcribeFile, type Refusal } from './transcribe-file.ts';

const HELP = `Transcribes audio files and meters their minutes. The transcriber is a stand-in.

  npm start -s -w examples/transcribe -- [--user ID] [--fail] [FILE...]

  FILE      WAV, MP3, FLAC, Ogg, MP4 and others; without any, some are made
  --user    who transcribes, by your app's own id (ada); made if unknown
  --fail    lets the transcription break down, to see that its minutes are given back

Who has too few minutes left is led to the account page, where a larger plan is bought; by a test
card where npm start runs, such as 4242 4242 4242 4242. Call it again then, and it goes on.

It ends with 0 when all were transcribed, with 3 when one was refused (and goes no further), with
1 when something failed, and with 2 when it was called wrongly. WHISPERFORGE_URL and
WHISPERFORGE_KEY name another service than the one that npm start runs here.`;

type ExitCode = 0 | 1 | 2 | 3;

export interface Terminal {
  readonly env: Environment;
  readonly print: (line: string) => void;
}

interface Request {
  readonly user: string;
  readonly fail: boolean;
  /** Absolute paths. */
  readonly files: readonly string[];
}

/** The whole app: answers the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { env, print } = terminal;
  const request = readArguments(args, env);
  if (typeof request === 'string') {
    print(request);
    return request === HELP ? 0 : 2;
  }
  const ownFolder = await mkdtemp(join(tmpdir(), 'recordings-'));
  try {
    const service = readService(env);
    const billing = new WhisperForge(service);
    print(`${service.url}, user ${request.user}`);
    print('The transcriber is a stand-in: its words, tokens and costs are made up.');
    const made = request.files.length === 0 ? await makeRecordings(ownFolder) : [];
    if (made.length > 0) print(`No files were named, so ${made.length} recordings were made.`);
    return await transcribeAll(billing, { ...request, files: [...request.files, ...made] }, print);
  } catch (error) {
    print(explainFault(error));
    return 1;
  } finally {
    await rm(ownFolder, { recursive: true });
  }
}

async function transcribeAll(
  billing: WhisperForge,
  { user, fail, files }: Request,
  print: (line: string) => void,
): Promise<ExitCode> {
  await ensureUser(billing, user);
  let exitCode: ExitCode = 0;
  for (const file of files) {
    try {
      const recording = { file, minutes: await readMinutes(file) };
      print(`\n${basename(file)}, ${minutes(recording.minutes)}`);
      const outcome = await transcribeFile(billing, { user, recording, fail });
      if (outcome.kind === 'refused') {
        print(`  ${await readMeter(billing, user)}`);
        const plans = await billing.plans.list();
        for (const line of explainRefusal(outcome, plans)) print(`  ${line}`);
        for (const line of await offerAccountPage(billing, user, outcome)) print(`  ${line}`);
        return 3;
      }
      const { text, tokensIn, tokensOut, costCents } = outcome.transcript;
      print(`  ${text} ${tokensIn} tokens in, ${tokensOut} out, ${costCents} cents.`);
      print(`  ${renderMeter(outcome.balance)}`);
    } catch (error) {
      // A fault of one recording leaves the others; without the service there is no going on.
      if (error instanceof WhisperForgeError) throw error;
      print(`  ${basename(file)} failed, and nothing was booked: ${explainFault(error)}`);
      print(`  ${await readMeter(billing, user)}`);
      exitCode = 1;
    }
  }
  return exitCode;
}

/** What an app shows on its page about the account. */
async function readMeter(billing: WhisperForge, user: string): Promise<string> {
  const balances = await billing.users.usage(user);
  const balance = balances.find(({ feature }) => feature === FEATURE);
  return balance === undefined ? `${FEATURE} is not sold here` : renderMeter(balance);
}

/** A web app redirects the user there, and the page leads back to it. */
async function offerAccountPage(
  billing: WhisperForge,
  user: string,
  refusal: Refusal,
): Promise<string[]> {
  if (!isMendedByPaying(refusal)) return [];
  const { url } = await billing.accountLinks.create({ user });
  return ['Your account page can change that; this link opens it once:', url];
}

/** A real app does this where people sign up. */
async function ensureUser(billing: WhisperForge, user: string): Promise<void> {
  try {
    await billing.users.get(user);
  } catch (error) {
    if (!(error instanceof WhisperForgeError) || error.code !== 'user_unknown') throw error;
    await billing.users.upsert(user, { email: `${user}@example.com` });
  }
}

function readArguments(args: readonly string[], env: Environment): Request | string {
  const options = {
    user: { type: 'string', short: 'u', default: 'ada' },
    fail: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.help) return HELP;
    const files = positionals.map((file) => pathOf(file, env));
    return { user: values.user, fail: values.fail, files };
  } catch (error) {
    return `${explainFault(error)}\n\n${HELP}`;
  }
}

function explainFault(error: unknown): string {
  if (error instanceof UnavailableError) {
    return `${error.message}. Is it running? \`npm start\` runs it; see --help for another.`;
  }
  return error instanceof Error ? error.message : String(error);
}

if (import.meta.main) {
  const print = (line: string): void => console.log(line);
  process.exitCode = await run(process.argv.slice(2), { env: process.env, print });
}
