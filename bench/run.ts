/**
 * `npm run bench`: what a request costs the server and its database, beside a route that does
 * nothing, in the same run. README.md says how to read it.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Refusal } from '../tools/refusal.ts';
import { watchStopSignals } from '../tools/start/signals.ts';
import { runBench } from './bench.ts';
import { renderDocument } from './report/document.ts';
import { readOptions, USAGE, type BenchOptions } from './options.ts';

const RESULTS = new URL('RESULTS.md', import.meta.url);

const signals = watchStopSignals();
const interruption = new AbortController();
void signals.first.then(() => interruption.abort(new Refusal('Interrupted.')));
// Ending the process asks Postgres to stop, too.
void signals.second.then(() => process.exit(1));
process.exitCode = await run();

async function run(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === 'help') {
      console.log(USAGE);
      return 0;
    }
    if (!existsSync('/proc/self/schedstat')) {
      throw new Refusal('CPU time is read from /proc, which only Linux has.');
    }
    await report(options);
    return 0;
  } catch (fault) {
    console.error(fault instanceof Refusal ? fault.message : fault);
    return 1;
  }
}

async function report(options: BenchOptions): Promise<void> {
  const measured = await runBench(options, {
    tell: (line) => console.error(line),
    signal: interruption.signal,
  });
  const args = process.argv.slice(2);
  const command = args.length === 0 ? 'npm run bench' : `npm run bench -- ${args.join(' ')}`;
  const results = { command, ...measured };
  const text = renderDocument(results);
  console.log(`\n${text}`);
  if (options.jsonFile !== undefined) {
    await writeFile(options.jsonFile, `${JSON.stringify(results, null, 2)}\n`);
  }
  if (options.isWhole) {
    await writeFile(RESULTS, text);
    console.error('Written to bench/RESULTS.md.');
  }
}
