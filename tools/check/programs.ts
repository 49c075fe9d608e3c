import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface ProgramResult {
  readonly succeeded: boolean;
  readonly output: string;
}

/** Runs one of the installed development programs and gathers all that it prints. */
export function runProgram(
  root: string,
  program: string,
  parameters: readonly string[],
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'node_modules', '.bin', program), parameters, {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ succeeded: code === 0, output: Buffer.concat(chunks).toString().trim() });
    });
  });
}
