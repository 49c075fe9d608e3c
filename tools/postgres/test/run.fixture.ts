/**
 * Stands for a test run that is killed: `node run.fixture.ts <directory>` makes a test folder there
 * and starts a process that holds a cluster in it, whose report it passes on.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTestFolder } from './folders.ts';

const holder = fileURLToPath(new URL('hold.fixture.ts', import.meta.url));
const folder = makeTestFolder(process.argv[2]);
spawn(process.execPath, [holder, join(folder.path, 'data')], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
