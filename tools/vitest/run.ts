import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGE = dirname(fileURLToPath(import.meta.resolve('vitest/package.json')));

/** Runs vitest once in the foreground, with its usual output, and keeps its results as JSON. */
export async function runVitest(args: readonly string[], resultsFile: string): Promise<number> {
  const options = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultsFile}`,
  ];
  const program = [...process.execArgv, join(PACKAGE, 'vitest.mjs')];
  const child = spawn(process.execPath, [...program, ...options, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  // The terminal's Ctrl-C reaches vitest by itself; we only have to outlive it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
