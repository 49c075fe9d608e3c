import { startSandbox } from './sandbox.ts';

/** A sandbox in a process of its own, to be killed: `kill.fixture.ts FILE`; tells its port. */
const journalFile = process.argv[2]!;
const sandbox = await startSandbox({ port: 0, seed: 'kill', journalFile });
process.stdout.write(`${sandbox.port}\n`);
