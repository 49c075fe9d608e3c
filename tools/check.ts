import { resolve } from 'node:path';
import { listChecks } from './check/checks.ts';
import { runChecks } from './check/run.ts';

const all = listChecks(resolve(import.meta.dirname, '..'));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.some((check) => check.name === name));
if (unknown.length > 0) {
  const names = all.map((check) => `'${check.name}'`).join(', ');
  process.stderr.write(`There is no check named ${unknown.join(', ')}; there are ${names}.\n`);
  process.exit(2);
}
const chosen = all.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const failed = await runChecks(chosen, (text) => process.stdout.write(text));
process.exitCode = failed > 0 ? 1 : 0;
