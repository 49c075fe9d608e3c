/**
 * `npm start`: the whole system in one process, with everything it needs. Ctrl-C drains and stops
 * it; a second Ctrl-C does not wait for the drain. In production it only validates and serves.
 */
import { readConfig, type Config } from '../server/src/main/config.ts';
import { describeFault } from './start/faults.ts';
import { createParts } from './start/parts.ts';
import { watchStopSignals } from './start/signals.ts';
import { startDevelopment, startProduction, type Surroundings } from './start/system.ts';

const signals = watchStopSignals();
const parts = createParts(say);
void signals.second.then(endAtOnce);
process.exit(await run());

async function run(): Promise<number> {
  let config: Config | undefined;
  let exitCode = 0;
  try {
    config = readConfig(quietly(process.env));
    await start(config, { parts, say, goOn });
    await signals.first;
  } catch (fault) {
    // Whoever stops a start half-way (Ctrl-C reaches initdb too) wants no report of it.
    if (!signals.received) {
      exitCode = 1;
      complain(fault, config);
    }
  }
  try {
    await parts.stopAll();
    if (exitCode === 0) say('Stopped.');
  } catch (fault) {
    exitCode = 1;
    complain(fault, config);
  }
  return exitCode;
}

function start(config: Config, around: Surroundings): Promise<void> {
  if (config.environment === 'production') return startProduction(config, around);
  return startDevelopment(config, around);
}

/** A developer reads the summary; the log tells them only of trouble unless they ask for more. */
function quietly(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env['NODE_ENV'] === 'production' ? env : { LOG_LEVEL: 'warn', ...env };
}

function goOn(): void {
  if (signals.received) throw new Error('Interrupted.');
}

async function endAtOnce(): Promise<void> {
  say('Not waiting any longer.');
  await parts.hastenAll();
  process.exit(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(fault: unknown, config: Config | undefined): void {
  const description = describeFault(fault, config);
  if (description === undefined) console.error(fault);
  else process.stderr.write(`\n${description}\n`);
}
