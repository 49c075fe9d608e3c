import { startSandbox, type SandboxOptions } from '../sandbox.ts';

/** Of the sandbox's own clock, so that two runs come to the same. */
export const NOW_MS = 1_800_000_000_000;

/** Tells that the journal is about to be read. */
export const OPENING = 'opening';

/**
 * A sandbox in a process of its own, to be killed: `process.fixture.ts OPTIONS`, as JSON. Writes
 * that it is about to read its journal, and then its port, a line each.
 */
if (import.meta.main) {
  const options = JSON.parse(process.argv[2]!) as SandboxOptions;
  process.stdout.write(`${OPENING}\n`);
  const sandbox = await startSandbox({ port: 0, clock: () => NOW_MS, ...options });
  process.stdout.write(`${sandbox.port}\n`);
}
